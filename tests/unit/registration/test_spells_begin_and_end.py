from datetime import date
from typing import Any
from uuid import UUID

from contract.examples import example
from services.registration.handlers import STEPS
from shared.events import EVENTS, PlacementVoided, WorkerEnrolled, WorkerPlaced, type_of
from tests.unit.registration.posting import DeskUnderTest, event, layoff, nik, today_is

REGISTERED = "pulih.worker.registered.v1"


def placed(worker: str, **more: Any) -> WorkerPlaced:
    return example(WorkerPlaced, worker=UUID(worker), on=date(2021, 11, 1), **more)


async def register(desk: DeskUnderTest, **more: Any) -> tuple[str, str]:
    number = nik()
    (receipt,) = await desk.receipts("office", layoff(number, **more))
    return number, receipt["worker"]


async def spells(desk: DeskUnderTest) -> list[tuple[Any, ...]]:
    return await desk.rows("SELECT number, state, ended_on FROM spell ORDER BY worker, number")


async def test_a_layoff_registers_the_worker(desk: DeskUnderTest):
    with today_is("2021-09-06"):
        _, worker = await register(
            desk, wants=["work", "training"], wishes=["Welding", "welding", "Sewing"], reach="national"
        )
    fact, registered = await desk.announced()
    assert fact[0] == "pulih.layoff.reported.v1"
    assert registered[0] == REGISTERED
    contact = registered[1].pop("contact")
    assert contact
    assert registered[1] == {
        "worker": worker,
        "spell": 1,
        "birth_year": 1990,
        "sex": "male",
        "concerns": ["office"],
        "reason": "laid-off",
        "applied_on": "2021-09-06",
        "region": "33.06",
        "reach": "national",
        "wants": ["work", "training"],
        "wishes": ["welding", "sewing"],
        "agency": "office",
    }


async def test_a_later_report_amends_only_what_changed(desk: DeskUnderTest):
    number, worker = await register(desk)
    await desk.post("office", layoff(number))
    assert await desk.announced("pulih.application.amended.v1") == []
    await desk.post("employer", layoff(number, wants=["work"], wishes=["barista"], reach="abroad"))
    ((_, amended),) = await desk.announced("pulih.application.amended.v1")
    assert (amended["wants"], amended["wishes"], amended["reach"]) == (["training", "work"], ["barista"], "abroad")
    assert amended["concerns"] == ["office", "employer"]
    assert amended["worker"] == worker
    assert len(await desk.announced(REGISTERED)) == 1


async def test_a_union_that_reports_a_worker_refers_them(desk: DeskUnderTest):
    await desk.post("union", layoff(nik()))
    ((_, registered),) = await desk.announced(REGISTERED)
    assert registered["referred_by"] == "union"


async def test_a_withdrawn_layoff_ends_the_spell(desk: DeskUnderTest):
    number, worker = await register(desk)
    await desk.post("office", event("LayoffWithdrawn", {"on": "2021-09-20", "nik": number, "reason": "mediation"}))
    assert (await desk.announced("pulih.registration.withdrawn.v1"))[0][1] == {
        "worker": worker,
        "spell": 1,
        "concerns": ["office"],
        "on": "2021-09-20",
        "reason": "mediation",
        "agency": "office",
    }
    assert await spells(desk) == [(1, "withdrawn", date(2021, 9, 20))]


async def test_a_report_after_the_end_opens_the_next_spell(desk: DeskUnderTest):
    number, _ = await register(desk)
    withdrawal = event("LayoffWithdrawn", {"on": "2021-09-20", "nik": number, "reason": "mediation"})
    with today_is("2021-12-01"):
        await desk.post("office", withdrawal, layoff(number, on="2021-12-01", kind="furloughed"))
    assert await spells(desk) == [(1, "withdrawn", date(2021, 9, 20)), (2, "open", None)]
    second = (await desk.announced(REGISTERED))[1][1]
    assert (second["spell"], second["reason"], second["applied_on"]) == (2, "furloughed", "2021-12-01")


async def test_who_works_again_is_placed(desk: DeskUnderTest):
    _, worker = await register(desk)
    await desk.hear(placed(worker))
    assert await spells(desk) == [(1, "placed", date(2021, 11, 1))]
    assert await desk.rows("SELECT speaker, type FROM step") == [("placement", "pulih.worker.placed.v1")]


async def test_a_placement_heard_twice_counts_once(desk: DeskUnderTest):
    number, worker = await register(desk)
    await desk.hear(placed(worker))
    await desk.post("office", layoff(number, on="2021-12-01"))
    await desk.deliver(*desk.heard)
    assert await spells(desk) == [(1, "placed", date(2021, 11, 1)), (2, "open", None)]
    assert await desk.rows("SELECT count(*) FROM step") == [(1,)]


async def test_a_hire_outweighs_a_withdrawal_of_a_spell_that_is_past(desk: DeskUnderTest):
    number, worker = await register(desk)
    withdrawal = event("LayoffWithdrawn", {"on": "2021-09-20", "nik": number, "reason": "mediation"})
    await desk.post("office", withdrawal, layoff(number, on="2021-12-01"))
    await desk.hear(placed(worker, spell=1))
    assert await spells(desk) == [(1, "placed", date(2021, 11, 1)), (2, "open", None)]
    assert await desk.rows("SELECT count(*) FROM step") == [(1,)]


async def test_a_hire_outweighs_a_withdrawal_of_the_same_spell(desk: DeskUnderTest):
    number, worker = await register(desk)
    await desk.post("office", event("LayoffWithdrawn", {"on": "2021-09-20", "nik": number, "reason": "mediation"}))
    await desk.hear(placed(worker))
    assert await spells(desk) == [(1, "placed", date(2021, 11, 1))]


async def test_a_report_made_meanwhile_opens_the_next_spell_at_once(desk: DeskUnderTest):
    number, worker = await register(desk, wishes=["sewing"])
    with today_is("2021-10-04"):  # the layoff of December is announced
        await desk.post("union", layoff(number, on="2021-12-01", wants=["work"], wishes=["barista"]))
        await desk.post("employer", layoff(number, on="2021-10-01"))
    await desk.hear(placed(worker))
    assert await spells(desk) == [(1, "placed", date(2021, 11, 1)), (2, "open", None)]
    second = (await desk.announced(REGISTERED))[-1][1]
    assert (second["spell"], second["applied_on"], second["wants"]) == (2, "2021-10-04", ["work"])
    assert (second["wishes"], second["concerns"], second["referred_by"]) == (["barista"], ["union"], "union")
    assert await desk.rows("SELECT spell FROM worker") == [(2,)]


async def test_a_worker_nobody_knows_stops_nobody(desk: DeskUnderTest):
    _, worker = await register(desk)
    stranger = placed("0190f6b0-7d5c-7a10-8f00-000000000001")
    await desk.hear(stranger, placed(worker))
    assert await spells(desk) == [(1, "placed", date(2021, 11, 1))]
    assert await desk.rows("SELECT count(*) FROM dead_letter") == [(0,)]


async def test_steps_of_training_are_kept_once(desk: DeskUnderTest):
    _, worker = await register(desk)
    await desk.hear(example(WorkerEnrolled, worker=UUID(worker)))
    await desk.deliver(*desk.heard)
    ((type, data),) = await desk.rows("SELECT type, data FROM step")
    assert EVENTS[type] is WorkerEnrolled
    assert data["order"] == "1st of 2; applied 2021-02-03"
    assert "envelope" not in data


async def test_a_failure_leaves_nothing_behind(desk: DeskUnderTest):
    _, worker = await register(desk)
    await desk.run("ALTER TABLE spell ADD CONSTRAINT never CHECK (state <> 'placed')")
    await desk.hear(example(WorkerEnrolled, worker=UUID(worker)))
    await desk.hear(placed(worker))
    assert await spells(desk) == [(1, "open", None)]
    assert await desk.rows("SELECT type FROM step") == [("pulih.worker.enrolled.v1",)]
    assert await desk.rows("SELECT type FROM dead_letter") == [("pulih.worker.placed.v1",)]


async def test_each_type_that_is_heard_is_a_step_or_a_placement(desk: DeskUnderTest):
    assert desk.service.handlers.types == {type_of(kind) for kind in (*STEPS, WorkerPlaced, PlacementVoided)}


async def test_a_report_that_comes_late_is_kept_with_the_spell_it_is_about(desk: DeskUnderTest):
    """The union reports in December what the employer did in September; the worker has worked since November."""
    number, worker = await register(desk, on="2021-09-06")
    await desk.hear(placed(worker))
    (receipt,) = await desk.receipts("union", layoff(number, on="2021-09-08"))
    assert receipt["outcome"] == "accepted"
    assert receipt["worker"] == worker
    assert any("opens no other" in warning for warning in receipt["warnings"])
    assert [(n, state) for n, state, _ in await spells(desk)] == [(1, "placed")]
    (receipt,) = await desk.receipts("union", layoff(number, on="2021-11-20"))
    assert "warnings" not in receipt
    assert [(n, state) for n, state, _ in await spells(desk)] == [(1, "placed"), (2, "open")]


async def test_a_withdrawal_does_not_reach_a_layoff_of_a_later_day(desk: DeskUnderTest):
    number, _ = await register(desk, on="2021-09-06")
    await desk.receipts("office", layoff(number, on="2021-10-20"))
    withdrawal = event("LayoffWithdrawn", {"on": "2021-09-20", "nik": number, "reason": "mediation"})
    await desk.receipts("office", withdrawal)
    assert [(n, state) for n, state, _ in await spells(desk)] == [(1, "withdrawn"), (2, "open")]
