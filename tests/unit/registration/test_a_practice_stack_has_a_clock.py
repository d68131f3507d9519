"""Operators move the clock of a practice stack, and nobody moves another's; what is due by then is done at once."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, timedelta

import pytest

from shared import clock
from shared.faults import Misconfigured
from shared.practice import Calendar
from tests.unit.registration.posting import OPERATOR, DeskUnderTest, layoff, nik, person

Open = Callable[..., Awaitable[DeskUnderTest]]
DAY = date(2021, 2, 15)


async def move(desk: DeskUnderTest, day: date, headers: dict[str, str] | None = None):
    return await desk.client.post("/clock", json={"today": day.isoformat()}, headers=headers or OPERATOR)


@pytest.fixture
async def desk(open_desk: Open) -> DeskUnderTest:
    desk = await open_desk(practice=True)
    await desk.service.calendar.open()
    return desk


async def test_an_operator_moves_it_and_anybody_reads_it(desk: DeskUnderTest):
    assert (await desk.client.get("/clock")).json() == {"today": clock.real_today().isoformat(), "practice": True}
    for day in (DAY, DAY + timedelta(days=15), DAY):
        assert (await move(desk, day)).json() == {"today": day.isoformat(), "practice": True}
        assert (await desk.client.get("/clock")).json()["today"] == day.isoformat()
        assert clock.today() == day
    assert (await desk.client.get("/standing", headers=OPERATOR)).json()["today"] == DAY.isoformat()


async def test_nobody_else_may_move_it(desk: DeskUnderTest):
    await desk.agency("employer", "employer")
    assert (await move(desk, DAY, desk.bearer("employer"))).status_code == 403
    assert (await desk.client.post("/clock", json={"today": "2021-02-15"})).status_code == 401
    assert clock.today() == clock.real_today()


@pytest.mark.parametrize("day", ["1021-02-15", "2921-02-15", "yesterday", None])
async def test_a_day_that_no_programme_has_is_refused(desk: DeskUnderTest, day: str | None):
    assert (await desk.client.post("/clock", json={"today": day}, headers=OPERATOR)).status_code == 422
    assert clock.today() == clock.real_today()


async def test_a_real_stack_has_the_real_clock(open_desk: Open):
    desk = await open_desk()
    answer = await move(desk, DAY)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:pulih:problem:not-for-practice")
    assert (await desk.client.get("/clock")).json() == {"today": clock.real_today().isoformat(), "practice": False}


async def test_a_process_that_starts_later_has_the_same_day_and_the_others_follow(desk: DeskUnderTest):
    await move(desk, DAY)
    clock.move(timedelta(0))  # another process
    await Calendar(desk.database, practice=True).open()
    assert clock.today() == DAY
    clock.move(timedelta(0))
    await desk.service.calendar.look()
    assert clock.today() == DAY


async def test_a_look_that_began_before_the_clock_was_moved_does_not_move_it_back(desk: DeskUnderTest, monkeypatch):
    """The look has read the old day and has yet to set the clock when an operator moves it."""
    has_read, may_go_on = asyncio.Event(), asyncio.Event()
    reading = desk.database.reading

    @asynccontextmanager
    async def slow():
        async with reading() as work:
            yield work
        has_read.set()
        await may_go_on.wait()

    calendar = desk.service.calendar
    with monkeypatch.context() as patch:
        patch.setattr(desk.database, "reading", slow)
        look = asyncio.create_task(calendar.look())
        await has_read.wait()
    moved = asyncio.create_task(calendar.move(DAY))
    await asyncio.sleep(0.2)
    may_go_on.set()
    await asyncio.gather(look, moved)
    assert clock.today() == DAY


@pytest.mark.parametrize("first", [True, False])
async def test_a_database_is_for_practice_from_the_first_start_or_never(
    database: Callable[[str], Awaitable], *, first: bool
):
    store = await database("training")
    for _ in range(2):
        await Calendar(store, practice=first).open()
    with pytest.raises(Misconfigured, match="PULIH_PRACTICE"):
        await Calendar(store, practice=not first).open()


async def test_a_move_takes_effect_when_the_old_office_was_silent_for_fourteen_days(desk: DeskUnderTest):
    await desk.agency("purworejo", "office", "33.06")
    await desk.agency("serang", "office", "36.04")
    await move(desk, DAY)
    number = nik()
    await desk.post("purworejo", layoff(number, on="2021-02-15", person=person(number, region="33.06")))
    await desk.post("serang", layoff(number, on="2021-02-15", person=person(number, region="36.04")))
    assert await desk.rows("SELECT region, due_on FROM move") == [("36.04", date(2021, 3, 1))]
    await move(desk, date(2021, 2, 28))
    assert await desk.rows("SELECT region FROM worker") == [("33.06",)]
    await move(desk, date(2021, 3, 1))
    assert await desk.rows("SELECT region FROM worker") == [("36.04",)]
