"""Who is reported without `wants` stands in no line: the worker's office asks, and the place counts from the day of the answer."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from contract.examples import example
from shared import clock
from shared.events import WorkerPlaced
from tests.unit.registration.posting import OPERATOR, DeskUnderTest, event, layoff, nik, person, today_is

REGISTERED, AMENDED, NEEDED = (
    f"pulih.{name}.v1" for name in ("worker.registered", "application.amended", "interview.needed")
)


@pytest.fixture
async def desk(open_desk: Callable[..., Awaitable[DeskUnderTest]]) -> DeskUnderTest:
    desk = await open_desk()
    for slug, role, region in (
        ("employer", "employer", None),
        ("union", "union", None),
        ("purworejo", "office", "33.06"),
        ("serang", "office", "36.04"),
    ):
        await desk.agency(slug, role, region)
    return desk


def unasked(number: str, **more: Any) -> dict[str, Any]:
    sent = layoff(number, **more)
    del sent["data"]["wants"]
    return sent


def answer(number: str, on: str, wants: list[str]) -> dict[str, Any]:
    return event("JobseekerApplied", {"on": on, "person": person(number), "wants": wants})


async def places(desk: DeskUnderTest) -> list[tuple[Any, ...]]:
    return [
        (row.applied_on, row.wants) for row in await desk.rows("SELECT applied_on, wants FROM spell ORDER BY worker")
    ]


async def state(desk: DeskUnderTest, worker: str) -> tuple[str, str]:
    told = (await desk.client.get(f"/workers/{worker}/journey", headers=OPERATOR)).json()
    return told["state"], told["next"]["en"]


@pytest.mark.parametrize("sent", [unasked(nik()), layoff(nik(), wants=[])], ids=["without", "empty"])
async def test_a_report_without_wants_asks_for_nothing_and_the_workers_office_is_told(
    desk: DeskUnderTest, sent: dict[str, Any]
):
    with today_is("2021-09-06"):
        (receipt,) = await desk.receipts("employer", sent)
    ((_, registered),) = await desk.announced(REGISTERED)
    assert (registered["wants"], registered["applied_on"]) == ([], "2021-09-06")
    assert await desk.announced(NEEDED) == [
        (NEEDED, {"worker": receipt["worker"], "spell": 1, "agency": "employer", "concerns": ["purworejo"]})
    ]
    assert await state(desk, receipt["worker"]) == (
        "to-be-asked",
        "The labour office asks the worker: training, work, or both. The place in line counts from the answer.",
    )


async def test_who_says_what_is_wanted_is_not_asked(desk: DeskUnderTest):
    await desk.post("employer", layoff(nik()), layoff(nik(), wants=["work"]))
    assert await desk.announced(NEEDED) == []


async def test_who_answers_in_the_same_batch_is_not_asked(desk: DeskUnderTest):
    number = nik()
    await desk.post("purworejo", unasked(number), answer(number, "2021-09-06", ["work"]))
    assert await desk.announced(NEEDED) == []


@pytest.mark.parametrize(
    ("on", "counted"),
    [("2021-09-20", date(2021, 9, 20)), ("2021-09-10", date(2021, 9, 10)), ("2021-01-04", date(2021, 6, 22))],
    ids=["of that day", "of an earlier day, by the office's word", "at most ninety days back"],
)
async def test_the_place_in_line_is_of_the_day_of_the_answer(desk: DeskUnderTest, on: str, counted: date):
    number = nik()
    with today_is("2021-09-06"):
        await desk.post("employer", unasked(number))
    with today_is("2021-09-20"):
        (receipt,) = await desk.receipts("purworejo", answer(number, on, ["training"]))
    ((_, amended),) = await desk.announced(AMENDED)
    assert (amended["wants"], amended["applied_on"]) == (["training"], counted.isoformat())
    assert await places(desk) == [(counted, ["training"])]
    assert (await state(desk, receipt["worker"]))[0] == "seeking-training"


async def test_an_answer_that_replaces_leaves_nothing_of_what_was_reported(desk: DeskUnderTest):
    number = nik()
    with today_is("2021-09-06"):
        await desk.post("employer", unasked(number, wishes=["sewing"], reach="abroad"))
    answered = answer(number, "2021-09-20", ["work"])
    answered["data"] |= {"wishes": ["barista"], "replaces": True}
    with today_is("2021-09-20"):
        await desk.post("purworejo", answered)
    assert [tuple(row) for row in await desk.rows("SELECT wants, wishes, reach, applied_on FROM spell")] == [
        (["work"], ["barista"], "province", date(2021, 9, 20))
    ]


async def test_a_report_with_wants_answers_too_and_further_ones_without_change_nothing(desk: DeskUnderTest):
    number = nik()
    for day, slug, sent in (
        ("2021-09-06", "employer", unasked(number)),
        ("2021-09-10", "union", layoff(number, wants=["work"])),
        ("2021-09-13", "purworejo", unasked(number, on="2021-07-01")),
    ):
        with today_is(day):
            await desk.post(slug, sent)
    assert await places(desk) == [(date(2021, 9, 10), ["work"])]


async def test_what_is_asked_for_next_leaves_the_place_as_it_is(desk: DeskUnderTest):
    number = nik()
    for day, slug, sent in (
        ("2021-09-06", "employer", unasked(number)),
        ("2021-09-10", "union", layoff(number, wants=["work"])),
        ("2021-09-13", "purworejo", answer(number, "2021-09-13", ["training"])),
    ):
        with today_is(day):
            await desk.post(slug, sent)
    assert await places(desk) == [(date(2021, 9, 10), ["work", "training"])]


async def test_of_two_registrations_of_one_person_the_place_is_that_of_who_asked(desk: DeskUnderTest):
    numbers = nik(), nik()
    ids = []
    for day, sent in (("2021-09-06", unasked(numbers[0])), ("2021-09-10", layoff(numbers[1]))):
        with today_is(day):
            ids.append((await desk.receipts("employer", sent))[0]["worker"])
    merge = event("IdentitiesMerged", {"on": "2021-09-13", "worker": ids[0], "other": ids[1]})
    assert (await desk.post("purworejo", merge)).status_code == 202
    amended = (await desk.announced(AMENDED))[-1][1]
    assert (amended["worker"], amended["wants"], amended["applied_on"]) == (ids[0], ["training"], "2021-09-10")
    split = event("IdentitiesKeptApart", {"on": "2021-09-20", "worker": ids[0], "other": ids[1]})
    assert (await desk.post("purworejo", split)).status_code == 202
    assert await places(desk) == [(date(2021, 9, 6), []), (date(2021, 9, 10), ["training"])]


async def test_the_office_that_reports_a_layoff_of_long_ago_has_as_long_to_ask_as_any(desk: DeskUnderTest):
    with today_is("2021-09-20"):
        await desk.post("purworejo", unasked(nik(), on="2021-07-01"))
        tasks = (await desk.client.get("/tasks", headers=desk.bearer("purworejo"))).json()["items"]
    assert [(task["kind"], task["since"], task["due"]) for task in tasks] == [("interview", "2021-09-20", "2021-09-27")]


async def test_the_next_spell_is_to_be_asked_about_anew(desk: DeskUnderTest):
    number = nik()
    with today_is("2021-11-20"):
        (receipt,) = await desk.receipts("employer", layoff(number, on="2021-09-06"))
        await desk.post("union", unasked(number, on="2021-11-15"))
        await desk.hear(example(WorkerPlaced, worker=UUID(receipt["worker"]), on=date(2021, 11, 1)))
    assert [(data["spell"], data["agency"]) for _, data in await desk.announced(NEEDED)] == [(2, "union")]
    assert (await state(desk, receipt["worker"]))[0] == "to-be-asked"


async def test_they_are_counted(desk: DeskUnderTest):
    await desk.post("employer", unasked(nik()), unasked(nik()), layoff(nik()))
    audited = (await desk.client.get("/audit", headers=OPERATOR)).json()
    assert (audited["figures"]["spells.open"], audited["figures"]["spells.to-be-asked"]) == (3, 2)
    states = [each[2] for each in (await desk.client.get("/whereabouts", headers=OPERATOR)).json()]
    assert sorted(states) == ["seeking-training", "to-be-asked", "to-be-asked"]
    async with desk.database.reading() as work:
        gauge = next(each for each in desk.service.audit.gauges if each.name == "pulih_workers")
        counted = {row[0]: row[1] for row in await work.rows(gauge.sql)}
    assert counted == {"seeking-training": 1, "to-be-asked": 2}


async def test_a_report_from_before_posted_again_is_a_repeat(desk: DeskUnderTest):
    """An earlier release read a report without `wants` as this one reads a report that wants training, and kept it so."""
    number = nik()
    before = layoff(number)
    again = {**unasked(number), "id": before["id"]}
    await desk.post("employer", before)
    (receipt,) = await desk.receipts("employer", again)
    assert receipt["outcome"] == "duplicate"
    (receipt,) = await desk.receipts("employer", {**again, "data": {**again["data"], "wishes": ["sewing"]}})
    assert receipt["problem"]["status"] == 409
    assert await places(desk) == [(clock.today(), ["training"])]


async def test_under_the_same_id_nothing_is_asked_for_later(desk: DeskUnderTest):
    number = nik()
    sent = unasked(number)
    await desk.post("employer", sent)
    (receipt,) = await desk.receipts("employer", {**layoff(number), "id": sent["id"]})
    assert receipt["problem"]["status"] == 409


async def test_a_jobseeker_says_what_is_wanted(desk: DeskUnderTest):
    (receipt,) = await desk.receipts("purworejo", answer(nik(), clock.today().isoformat(), []))
    assert receipt["problem"]["pointer"] == "/0/data/wants"
