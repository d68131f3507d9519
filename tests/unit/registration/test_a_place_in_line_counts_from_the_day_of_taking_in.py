"""A place in line counts from the day the desk took the application in; an earlier day needs the office's word."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from shared import clock
from tests.unit.registration.posting import DeskUnderTest, event, layoff, nik, person, today_is

Open = Callable[..., Awaitable[DeskUnderTest]]


@pytest.fixture
async def desk(open_desk: Open) -> DeskUnderTest:
    desk = await open_desk()
    for slug, role, region in (
        ("employer", "employer", None),
        ("purworejo", "office", "33.06"),
        ("serang", "office", "36.04"),
    ):
        await desk.agency(slug, role, region)
    return desk


def ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


async def applied_on(desk: DeskUnderTest, slug: str, on: date) -> date:
    await desk.post(slug, layoff(nik(), on=on.isoformat()))
    ((found,),) = await desk.rows("SELECT applied_on FROM spell ORDER BY worker DESC LIMIT 1")
    return found  # type: ignore[no-any-return]


@pytest.mark.parametrize("days", [400, 30, 0, -60])
@pytest.mark.parametrize("slug", ["employer", "serang"])
async def test_an_agencys_day_sets_no_place(desk: DeskUnderTest, slug: str, days: int):
    assert await applied_on(desk, slug, ago(days)) == clock.today()


@pytest.mark.parametrize(("days", "counted"), [(400, 90), (90, 90), (30, 30), (0, 0), (-60, 0)])
async def test_the_word_of_the_workers_office_counts_up_to_ninety_days_back(
    desk: DeskUnderTest, days: int, counted: int
):
    assert await applied_on(desk, "purworejo", ago(days)) == ago(counted)


async def test_the_offices_later_word_moves_a_place_forward(desk: DeskUnderTest):
    number = nik()
    await desk.post("employer", layoff(number, on=ago(40).isoformat()))
    await desk.post("serang", layoff(number, on=ago(50).isoformat()))
    assert await desk.announced("pulih.application.amended.v1") == []
    data = {"on": ago(40).isoformat(), "person": person(number), "wants": ["training"]}
    await desk.post("purworejo", event("JobseekerApplied", data))
    ((_, amended),) = await desk.announced("pulih.application.amended.v1")
    assert amended["applied_on"] == ago(40).isoformat()


@pytest.mark.parametrize("is_for_practice", [True, False])
async def test_a_stack_for_practice_counts_as_every_other_from_the_day_on_its_clock(
    open_desk: Open, *, is_for_practice: bool
):
    desk = await open_desk(practice=is_for_practice)
    await desk.agency("employer", "employer")
    assert await applied_on(desk, "employer", date(2021, 9, 6)) == clock.today()
    with today_is("2021-09-08"):
        assert await applied_on(desk, "employer", date(2021, 9, 6)) == date(2021, 9, 8)
