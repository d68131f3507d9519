"""A worker belongs to the office where the worker lives; another office's word moves the worker after 14 days' silence."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from contract.examples import example
from services.registration import moves
from shared import clock
from shared.events import WorkerPlaced
from tests.unit.registration.posting import OPERATOR, DeskUnderTest, application, event, nik, person

REQUESTED, DECLINED, MOVED = "pulih.move.requested.v1", "pulih.move.declined.v1", "pulih.worker.moved.v1"
AMENDED = "pulih.application.amended.v1"


@pytest.fixture
async def desk(desk: DeskUnderTest) -> DeskUnderTest:
    for slug, region in (("purworejo", "33.06"), ("jateng", "33"), ("serang", "36.04")):
        await desk.agency(slug, "office", region)
    return desk


def applies_in(region: str, number: str) -> dict[str, Any]:
    data = {"on": "2021-10-01", "person": person(number, region=region), "wants": ["work"]}
    return event("JobseekerApplied", data)


def answer(number: str, *, agreed: bool) -> dict[str, Any]:
    return event("MoveAnswered", {"on": "2021-10-02", "nik": number, "agreed": agreed})


async def asked_for(desk: DeskUnderTest) -> tuple[str, str]:
    """Let somebody from Purworejo apply in Serang."""
    number = nik()
    (receipt,) = await desk.receipts("purworejo", application(number))
    await desk.post("serang", applies_in("36.04", number))
    return number, receipt["worker"]


async def journey(desk: DeskUnderTest, worker: str, slug: str) -> Any:
    return await desk.client.get(f"/workers/{worker}/journey", headers=desk.bearer(slug))


async def region(desk: DeskUnderTest) -> str:
    ((found,),) = await desk.rows("SELECT region FROM worker")
    return str(found)


async def test_another_office_asks_and_the_worker_and_the_present_office_are_told_first(desk: DeskUnderTest):
    _, worker = await asked_for(desk)
    assert await region(desk) == "33.06"
    ((_, requested),) = await desk.announced(REQUESTED)
    assert requested == {
        "worker": worker,
        "agency": "serang",
        "came_from": "33.06",
        "region": "36.04",
        "due_on": (clock.today() + timedelta(days=14)).isoformat(),
        "concerns": ["purworejo"],  # the nearest office alone, not the province's
    }
    await desk.post("serang", applies_in("36.04", (await asked_for(desk))[0]))
    assert len(await desk.announced(REQUESTED)) == 2, "asked again for the same, nothing is announced"


async def test_the_present_office_agrees_and_the_worker_moves_at_once(desk: DeskUnderTest):
    number, worker = await asked_for(desk)
    assert (await desk.post("serang", answer(number, agreed=True))).status_code == 403
    await desk.post("purworejo", answer(number, agreed=True))
    assert await region(desk) == "36.04"
    ((_, moved),) = await desk.announced(MOVED)
    assert (moved["came_from"], moved["region"], moved["agency"], moved["concerns"]) == (
        "33.06",
        "36.04",
        "serang",
        ["purworejo"],
    )
    assert (await desk.announced(AMENDED))[-1][1]["region"] == "36.04"
    assert await desk.rows("SELECT * FROM move") == []
    assert (await journey(desk, worker, "serang")).json()["next"]


async def test_of_a_worker_who_moves_while_placed_the_other_services_are_told(desk: DeskUnderTest):
    """The placement may be retracted: then the worker is looked for where the worker lives."""
    number, worker = await asked_for(desk)
    await desk.hear(example(WorkerPlaced, worker=UUID(worker), on=date(2021, 11, 1)))
    before = len(await desk.announced(AMENDED))
    await desk.post("purworejo", answer(number, agreed=True))
    assert [said["region"] for _, said in (await desk.announced(AMENDED))[before:]] == ["36.04"]


async def test_the_former_office_reads_that_the_worker_moved_and_keeps_what_it_did(desk: DeskUnderTest):
    number, worker = await asked_for(desk)
    await desk.post("purworejo", answer(number, agreed=True))
    read = (await journey(desk, worker, "jateng")).json()
    assert (read["state"], read["steps"]) == ("moved to 36.04", [])
    await desk.run("UPDATE spell SET claims = '[]'")  # the claim of its own would let it read the state too
    read = (await journey(desk, worker, "purworejo")).json()
    assert read["state"] == "moved to 36.04"
    assert [step["type"] for step in read["steps"]][:2] == ["pulih.jobseeker.applied.v1", "pulih.worker.registered.v1"]
    refused = await desk.post("purworejo", event("GrantRecorded", {"on": "2021-10-03", "nik": number, "kind": "tools"}))
    assert refused.status_code == 403


async def test_the_present_office_denies_and_nothing_changes(desk: DeskUnderTest):
    number, _ = await asked_for(desk)
    await desk.post("purworejo", answer(number, agreed=False))
    assert await region(desk) == "33.06"
    ((_, declined),) = await desk.announced(DECLINED)
    assert (declined["agency"], declined["region"], declined["concerns"]) == ("purworejo", "36.04", ["serang"])
    assert await moves.take_effect_when_due(desk.database) == 0
    assert (await desk.post("purworejo", answer(number, agreed=True))).status_code == 202
    assert await region(desk) == "33.06", "an answer to no move changes nothing"


async def test_silence_for_fourteen_days_moves_the_worker(desk: DeskUnderTest):
    _, worker = await asked_for(desk)
    assert await moves.take_effect_when_due(desk.database) == 0
    await desk.run(f"UPDATE move SET due_on = '{clock.today()}'")
    assert await moves.take_effect_when_due(desk.database) == 1
    assert await moves.take_effect_when_due(desk.database) == 0
    assert await region(desk) == "36.04"
    assert [data["worker"] for _, data in await desk.announced(MOVED)] == [worker]


async def test_an_agency_that_does_not_act_there_moves_nobody(desk: DeskUnderTest):
    number = nik()
    await desk.post("purworejo", application(number))
    await desk.post("serang", applies_in("32.75", number))
    assert await region(desk) == "33.06"
    assert await desk.announced(REQUESTED) == []


async def test_the_workers_own_office_changes_the_region_at_once(desk: DeskUnderTest):
    number = nik()
    await desk.post("purworejo", application(number))
    await desk.post("purworejo", applies_in("33.07", number))
    assert await region(desk) == "33.07"
    assert (await desk.client.get("/audit", headers=OPERATOR)).json()["broken_rules"] == []
