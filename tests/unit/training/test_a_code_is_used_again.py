"""A provider uses a code again for a later run: another course, with seats, results and certificates of its own."""

from datetime import date
from typing import Any

from contract.examples import PROVIDER, worker
from shared.events import CourseOffered, TrainingResultRecorded, WorkerGraduated
from tests.service_under_test import only
from tests.unit.registration.posting import event
from tests.unit.retractions.story import Story
from tests.unit.training.asking import OPERATOR, OTHER_PROVIDER, admitted, ask, asking
from tests.unit.training.examples import course_id, offered, registered, result
from tests.world import new_world

SECOND = course_id("S1, the second run")


def second_run(**given: Any) -> CourseOffered:
    usual = {"course": SECOND, "run": 2, "starts_on": date(2021, 5, 3), "ends_on": date(2021, 6, 25)}
    return offered("S1", **usual | given)


def second_result(n: int) -> TrainingResultRecorded:
    return result(n, "S1", course=SECOND)


async def test_each_run_has_graduates_and_certificates_of_its_own(training):
    await training.hear(offered("S1", seats=2), *(registered(n) for n in (1, 2, 3, 4)))
    first = await training.hear(result(1, "S1"), result(2, "S1"))
    await training.hear(second_run(seats=2))
    assert await training.states() == {1: "graduated", 2: "graduated", 3: "in-training", 4: "in-training"}
    second = await training.hear(second_result(3), second_result(4))
    assert [event.certificate for event in only(WorkerGraduated, first + second)] == [
        f"{PROVIDER}/S1/1",
        f"{PROVIDER}/S1/2",
        f"{PROVIDER}/S1:2/1",
        f"{PROVIDER}/S1:2/2",
    ]
    assert (await training.figures())["certificates"] == 4


async def test_a_run_that_is_amended_stays_that_run(training):
    await training.hear(offered("S1", seats=1), second_run(seats=1))
    await training.hear(second_run(seats=2))
    assert await training.rows("SELECT run, seats FROM course ORDER BY run") == [(1, 1), (2, 2)]


async def test_the_desk_says_which_run_it_is_and_both_have_graduates(databases):
    async with new_world(databases) as world:
        story = Story(world)
        await story.admit()
        for n, days in enumerate([("2021-09-13", "2021-10-08"), ("2021-10-11", "2021-11-05")]):
            await story.say("blk", _run(*days), None)
            await story.play(("report", n, "office", ["training"], ["sewing"]))
            await world.settle()
            await story.play(("result", n, 0, "graduated"))
        await world.settle()
        said = await world.services["training"].said()
        assert [event.certificate for event in only(WorkerGraduated, said)] == ["blk/C0/1", "blk/C0:2/1"]
        balance = await world.balance()
        assert [finding for check in balance.checks for finding in check.findings] == []


async def test_a_code_means_its_latest_run_and_an_id_any(training):
    await training.hear(*admitted(), offered("S1", seats=1), registered(1), result(1, "S1"))
    await training.hear(second_run(seats=1), registered(2))
    await training.hear(offered("S1", agency=OTHER_PROVIDER, vocation="barista"))
    async with asking(training.database) as client:
        for caller, whose in ((PROVIDER, {}), (OPERATOR, {"provider": PROVIDER})):
            for course, id, n in (("S1", SECOND, 2), (course_id("S1"), course_id("S1"), 1)):
                status, told = await ask(client, f"/courses/{course}/selection", caller, **whose)
                assert (status, told["id"]) == (200, str(id))
                status, told = await ask(client, "/participants", caller, course=str(course), **whose)
                assert [item["worker"] for item in told["items"]] == [str(worker(n))]
        assert (await ask(client, "/courses/S1/selection"))[0] == 409


def _run(starts_on: str, ends_on: str) -> dict[str, Any]:
    what = {"on": "2021-09-01", "code": "C0", "title": "Menjahit", "vocation": "sewing", "region": "33.06"}
    days = {"starts_on": starts_on, "ends_on": ends_on, "entry_until": ends_on}
    return event("CourseOffered", {**what, **days, "funding": "APBN", "seats": 1})
