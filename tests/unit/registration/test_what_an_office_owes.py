"""Reviews, interviews and moves wait for the worker's office: it is reminded once, told once more, and lists them by `GET /tasks`."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.registration import moves
from services.registration.tasks import kinds
from shared.tasks import Tasks
from tests.unit.registration.posting import (
    OPERATOR,
    DeskUnderTest,
    application,
    event,
    layoff,
    nik,
    person,
    retraction,
    today_is,
)

MONDAY = "2021-09-06"
DUE = {"review": "2021-09-20", "interview": "2021-09-13", "move": "2021-09-20"}
NAMES = {
    f"pulih.{kind}.{word}.v1": f"{kind} {word}"
    for kind in ("review", "interview", "move")
    for word in ("due", "overdue")
}


@pytest.fixture
async def desk(desk: DeskUnderTest) -> DeskUnderTest:
    for slug, region in (("purworejo", "33.06"), ("jateng", "33"), ("serang", "36.04")):
        await desk.agency(slug, "office", region)
    return desk


def budi(number: str, name: str = "Budi Santoso", **more: Any) -> dict[str, Any]:
    return layoff(number, person={"nik": number, "name": name, "birth_date": "1990-01-01"}, **more)


async def opened(desk: DeskUnderTest, kind: str) -> tuple[str, dict[str, Any]]:
    """Let a task of this kind open on a Monday. Gives the worker's id, and the event by which the office settles it."""
    number = nik()
    with today_is(MONDAY):
        report = budi(number) if kind == "review" else layoff(number, wants=[] if kind == "interview" else ["work"])
        (receipt,) = await desk.receipts("employer", report)
        worker = receipt["worker"]
        if kind == "review":
            await desk.post("union", budi(number, "Orang Lain"))
            return worker, event(
                "IdentityCorrected", {"on": MONDAY, "nik": number, "correction": {"phone": "0812345678"}}
            )
        if kind == "move":
            data = {"on": MONDAY, "person": person(number, region="36.04"), "wants": ["work"]}
            await desk.post("serang", event("JobseekerApplied", data))
            return worker, event("MoveAnswered", {"on": MONDAY, "nik": number, "agreed": False})
    return worker, application(number, MONDAY)


async def looked_on(desk: DeskUnderTest, day: str) -> list[tuple[str, str, list[str]]]:
    """Let it be a day, look for what is owed, and give what was said of it."""
    before = len(await desk.announced())
    settings: Any = desk.service.settings
    with today_is(day):
        await Tasks(kinds(settings), settings.escalation_days).look(desk.database)
    return [(NAMES[type], data["worker"], data.get("concerns", [])) for type, data in (await desk.announced())[before:]]


@pytest.mark.parametrize("kind", ["review", "interview"])
async def test_the_office_is_reminded_once_when_it_is_due_and_told_once_when_it_is_late(desk: DeskUnderTest, kind: str):
    worker, _ = await opened(desk, kind)
    due = date.fromisoformat(DUE[kind])
    assert await looked_on(desk, str(due - timedelta(days=1))) == []
    assert await looked_on(desk, str(due)) == [(f"{kind} due", worker, ["purworejo"])]
    assert await looked_on(desk, str(due + timedelta(days=6))) == []
    assert await looked_on(desk, str(due + timedelta(days=7))) == [(f"{kind} overdue", worker, ["purworejo"])]
    assert await looked_on(desk, "2022-09-01") == []


async def test_a_clock_that_moves_by_months_says_each_once(desk: DeskUnderTest):
    await opened(desk, "review")
    assert [name for name, *_ in await looked_on(desk, "2022-01-01")] == ["review due", "review overdue"]
    assert await looked_on(desk, "2022-02-01") == []


async def test_the_present_office_is_reminded_of_a_move_before_it_takes_effect(desk: DeskUnderTest):
    worker, _ = await opened(desk, "move")
    assert await looked_on(desk, "2021-09-17") == []
    assert await looked_on(desk, "2021-09-18") == [("move due", worker, ["purworejo"])]
    assert await looked_on(desk, "2021-09-19") == []
    with today_is(DUE["move"]):
        assert await moves.take_effect_when_due(desk.database) == 1
    assert await looked_on(desk, "2021-12-01") == []


@pytest.mark.parametrize("kind", DUE)
async def test_nothing_is_said_after_it_was_settled(desk: DeskUnderTest, kind: str):
    _, settles = await opened(desk, kind)
    with today_is(MONDAY):
        (receipt,) = await desk.receipts("purworejo", settles)
    assert receipt["outcome"] == "accepted"
    assert await looked_on(desk, "2021-12-01") == []


async def test_an_answer_that_is_retracted_makes_the_interview_owed_again(desk: DeskUnderTest):
    worker, settles = await opened(desk, "interview")
    assert [name for name, *_ in await looked_on(desk, DUE["interview"])] == ["interview due"]
    with today_is("2021-09-14"):
        await desk.receipts("purworejo", settles)
    assert await looked_on(desk, "2021-09-14") == []
    with today_is("2021-09-15"):
        (receipt,) = await desk.receipts("purworejo", retraction(settles, on="2021-09-15"))
    assert receipt["outcome"] == "accepted", receipt
    assert await looked_on(desk, "2021-09-16") == [("interview due", worker, ["purworejo"])]


async def test_a_worker_who_moves_is_the_task_of_the_new_office(desk: DeskUnderTest):
    worker, _ = await opened(desk, "interview")
    await looked_on(desk, DUE["interview"])
    async with desk.database.work() as work:
        await work.run("UPDATE worker SET region = '36.04'")
    assert await looked_on(desk, "2021-09-14") == [("interview due", worker, ["serang"])]


async def test_two_instances_say_it_once(desk: DeskUnderTest):
    await opened(desk, "review")
    settings: Any = desk.service.settings
    with today_is("2021-11-01"):
        await asyncio.gather(*(Tasks(kinds(settings), settings.escalation_days).look(desk.database) for _ in range(4)))
    said = [NAMES[type] for type, _ in await desk.announced() if type in NAMES]
    assert said == ["review due", "review overdue"]


async def test_nobody_is_told_of_a_restricted_worker(desk: DeskUnderTest):
    worker, _ = await opened(desk, "review")
    await desk.client.post(f"/workers/{worker}/restrict", headers=OPERATOR)
    before = [each for each in await desk.announced() if each[0] in NAMES]
    await looked_on(desk, "2021-11-01")
    assert [each for each in await desk.announced() if each[0] in NAMES] == before == []


async def owed(desk: DeskUnderTest, headers: dict[str, str], day: str = MONDAY) -> list[tuple[str, Any]]:
    with today_is(day):
        answer = await desk.client.get("/tasks", headers=headers)
    assert answer.status_code == 200, answer.text
    return [(item["kind"], item["due"]) for item in answer.json()["items"]]


async def test_the_worker_s_offices_and_operators_list_them_and_nobody_else(desk: DeskUnderTest):
    for kind in DUE:
        await opened(desk, kind)
    expected = sorted(DUE.items(), key=lambda each: (each[1], each[0]))
    assert await owed(desk, desk.bearer("purworejo")) == await owed(desk, OPERATOR) == expected
    assert await owed(desk, desk.bearer("jateng"), "2021-12-01") == expected
    for slug in ("serang", "employer", "union"):
        assert await owed(desk, desk.bearer(slug), "2021-12-01") == []
    (item, *_) = (await desk.client.get("/tasks", headers=desk.bearer("purworejo"))).json()["items"]
    assert (item["owed_by"], item["settled_by"]) == (["purworejo"], ["JobseekerApplied", "LayoffReported"])
    assert set(item["about"]) == {"worker", "spell"}
    assert UUID(item["about"]["worker"])


async def test_a_list_holds_nothing_of_the_person(desk: DeskUnderTest):
    await opened(desk, "review")
    answer = await desk.client.get("/tasks", headers=desk.bearer("purworejo"))
    assert "Budi" not in answer.text
    assert "Orang" not in answer.text


async def test_on_a_practice_stack_what_falls_due_is_said_as_soon_as_the_clock_was_moved(
    open_desk: Callable[..., Awaitable[DeskUnderTest]],
):
    desk = await open_desk(practice=True)
    await desk.service.calendar.open()
    for slug, role in (("employer", "employer"), ("purworejo", "office")):
        await desk.agency(slug, role)
    await opened(desk, "interview")
    for day, said in (("2021-09-12", 0), (DUE["interview"], 1), ("2022-03-01", 2)):
        assert (await desk.client.post("/clock", json={"today": day}, headers=OPERATOR)).status_code == 200
        assert len([type for type, _ in await desk.announced() if type in NAMES]) == said
