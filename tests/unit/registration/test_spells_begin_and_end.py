from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.registration.handlers import STEPS
from shared.events import EVENTS, WorkerEnrolled, WorkerPlaced, type_of
from shared.inbox import bookmarks
from shared.inbox.inbox import Inbox
from tests.counting import counting
from tests.spoken import all_spoken
from tests.unit.registration.front import ServiceUnderTest, event, layoff, nik

REGISTERED = "pulih.worker.registered.v1"


async def ear(office: ServiceUnderTest) -> Inbox:
    async with office.database.work() as work:
        await bookmarks.open_for(work, ("training", "placement"), 4)
    return Inbox(office.database, office.service.handlers)


def placed(worker: str, spell: int = 1, **more: Any) -> WorkerPlaced:
    fields = {"outcome": "hired", "on": date(2021, 11, 1), "agency": "employer", **more}
    return WorkerPlaced(worker=UUID(worker), spell=spell, **fields)


def enrolled(worker: str) -> WorkerEnrolled:
    return WorkerEnrolled(
        worker=UUID(worker),
        spell=1,
        course=UUID(int=1),
        code="C-1",
        provider="blk",
        title="Sewing",
        vocation="sewing",
        mode="in-person",
        starts_on=date(2021, 9, 13),
        ends_on=date(2021, 10, 8),
        seat=3,
        seats=16,
        applied_on=date(2021, 9, 6),
        order="3rd of 16; applied 2021-09-06",
    )


async def register(office: ServiceUnderTest, **more: Any) -> tuple[str, str]:
    number = nik()
    (receipt,) = await office.receipts("office", layoff(number, **more))
    return number, receipt["worker"]


async def spells(office: ServiceUnderTest) -> list[tuple[Any, ...]]:
    return await office.rows("SELECT number, state, ended_on FROM spell ORDER BY worker, number")


async def test_a_layoff_registers_the_worker(office: ServiceUnderTest):
    _, worker = await register(
        office, wants=["work", "training"], wishes=["Welding", "welding", "Sewing"], reach="national"
    )
    fact, step = await office.said()
    assert fact[0] == "pulih.layoff.reported.v1"
    assert step[0] == REGISTERED
    contact = step[1].pop("contact")
    assert contact
    assert step[1] == {
        "worker": worker,
        "spell": 1,
        "concerns": ["office"],
        "reason": "laid-off",
        "applied_on": "2021-09-06",
        "region": "33.06",
        "reach": "national",
        "wants": ["work", "training"],
        "wishes": ["welding", "sewing"],
        "agency": "office",
    }


async def test_a_later_report_amends_only_what_changed(office: ServiceUnderTest):
    number, worker = await register(office)
    await office.post("office", layoff(number))
    assert await office.said("pulih.application.amended.v1") == []
    await office.post("employer", layoff(number, wants=["work"], wishes=["barista"], reach="abroad"))
    ((_, amended),) = await office.said("pulih.application.amended.v1")
    assert (amended["wants"], amended["wishes"], amended["reach"]) == (["training", "work"], ["barista"], "abroad")
    assert amended["concerns"] == ["office", "employer"]
    assert amended["worker"] == worker
    assert len(await office.said(REGISTERED)) == 1


async def test_a_union_that_reports_a_worker_refers_them(office: ServiceUnderTest):
    await office.post("union", layoff(nik()))
    ((_, registered),) = await office.said(REGISTERED)
    assert registered["referred_by"] == "union"


async def test_a_withdrawn_layoff_ends_the_spell(office: ServiceUnderTest):
    number, worker = await register(office)
    await office.post("office", event("LayoffWithdrawn", {"on": "2021-09-20", "nik": number, "reason": "mediation"}))
    assert (await office.said("pulih.registration.withdrawn.v1"))[0][1] == {
        "worker": worker,
        "spell": 1,
        "concerns": ["office"],
        "on": "2021-09-20",
        "reason": "mediation",
        "agency": "office",
    }
    assert await spells(office) == [(1, "withdrawn", date(2021, 9, 20))]


async def test_a_report_after_the_end_opens_the_next_spell(office: ServiceUnderTest):
    number, _ = await register(office)
    withdrawal = event("LayoffWithdrawn", {"on": "2021-09-20", "nik": number, "reason": "mediation"})
    await office.post("office", withdrawal, layoff(number, on="2021-12-01", kind="furloughed"))
    assert await spells(office) == [(1, "withdrawn", date(2021, 9, 20)), (2, "open", None)]
    second = (await office.said(REGISTERED))[1][1]
    assert (second["spell"], second["reason"], second["applied_on"]) == (2, "furloughed", "2021-12-01")


async def test_who_works_again_is_placed(office: ServiceUnderTest):
    _, worker = await register(office)
    await (await ear(office)).take_in(all_spoken([placed(worker)], by="placement"))
    assert await spells(office) == [(1, "placed", date(2021, 11, 1))]
    assert await office.rows("SELECT speaker, type FROM step") == [("placement", "pulih.worker.placed.v1")]


async def test_a_placement_heard_twice_counts_once(office: ServiceUnderTest):
    number, worker = await register(office)
    hearing, records = await ear(office), all_spoken([placed(worker)], by="placement")
    await hearing.take_in(records)
    await office.post("office", layoff(number, on="2021-12-01"))
    await hearing.take_in(records)
    assert await spells(office) == [(1, "placed", date(2021, 11, 1)), (2, "open", None)]
    assert await office.rows("SELECT count(*) FROM step") == [(1,)]


async def test_a_placement_of_an_old_spell_is_only_history(office: ServiceUnderTest):
    number, worker = await register(office)
    withdrawal = event("LayoffWithdrawn", {"on": "2021-09-20", "nik": number, "reason": "mediation"})
    await office.post("office", withdrawal, layoff(number, on="2021-12-01"))
    await (await ear(office)).take_in(all_spoken([placed(worker, spell=1)], by="placement"))
    assert await spells(office) == [(1, "withdrawn", date(2021, 9, 20)), (2, "open", None)]
    assert await office.rows("SELECT count(*) FROM step") == [(1,)]


async def test_a_hire_outweighs_a_withdrawal_of_the_same_spell(office: ServiceUnderTest):
    number, worker = await register(office)
    await office.post("office", event("LayoffWithdrawn", {"on": "2021-09-20", "nik": number, "reason": "mediation"}))
    await (await ear(office)).take_in(all_spoken([placed(worker)], by="placement"))
    assert await spells(office) == [(1, "placed", date(2021, 11, 1))]


async def test_a_report_made_meanwhile_opens_the_next_spell_at_once(office: ServiceUnderTest):
    number, worker = await register(office, wishes=["sewing"])
    await office.post("union", layoff(number, on="2021-12-01", wants=["work"], wishes=["barista"]))
    await office.post("employer", layoff(number, on="2021-10-01"))
    await (await ear(office)).take_in(all_spoken([placed(worker)], by="placement"))
    assert await spells(office) == [(1, "placed", date(2021, 11, 1)), (2, "open", None)]
    second = (await office.said(REGISTERED))[-1][1]
    assert (second["spell"], second["applied_on"], second["wants"]) == (2, "2021-12-01", ["work"])
    assert (second["wishes"], second["concerns"], second["referred_by"]) == (["barista"], ["union"], "union")
    assert await office.rows("SELECT spell FROM worker") == [(2,)]


async def test_a_worker_nobody_knows_stops_nobody(office: ServiceUnderTest):
    _, worker = await register(office)
    stranger = placed("0190f6b0-7d5c-7a10-8f00-000000000001")
    await (await ear(office)).take_in(all_spoken([stranger, placed(worker)], by="placement"))
    assert await spells(office) == [(1, "placed", date(2021, 11, 1))]
    assert await office.rows("SELECT count(*) FROM dead_letter") == [(0,)]


async def test_steps_of_training_are_kept_once(office: ServiceUnderTest):
    _, worker = await register(office)
    hearing, records = await ear(office), all_spoken([enrolled(worker)], by="training")
    await hearing.take_in(records)
    await hearing.take_in(records)
    ((type, data),) = await office.rows("SELECT type, data FROM step")
    assert EVENTS[type] is WorkerEnrolled
    assert data["order"] == "3rd of 16; applied 2021-09-06"
    assert "envelope" not in data


async def test_a_failure_leaves_nothing_behind(office: ServiceUnderTest):
    _, worker = await register(office)
    hearing = await ear(office)
    await office.run("ALTER TABLE spell ADD CONSTRAINT never CHECK (state <> 'placed')")
    await hearing.take_in(all_spoken([enrolled(worker)], by="training"))
    await hearing.take_in(all_spoken([placed(worker)], by="placement"))
    assert await spells(office) == [(1, "open", None)]
    assert await office.rows("SELECT type FROM step") == [("pulih.worker.enrolled.v1",)]
    assert await office.rows("SELECT type FROM dead_letter") == [("pulih.worker.placed.v1",)]


@pytest.mark.parametrize("size", [1, 60, 250])
async def test_a_batch_costs_the_same_statements_whatever_its_size(office: ServiceUnderTest, size: int):
    receipts = await office.receipts("office", *(layoff(nik()) for _ in range(size)))
    hearing = await ear(office)
    with counting(office.database) as statements:
        await hearing.take_in(all_spoken([placed(receipt["worker"]) for receipt in receipts], by="placement"))
    assert await office.rows("SELECT count(*) FROM spell WHERE state = 'placed'") == [(size,)]
    assert len(statements) == 6


@pytest.mark.parametrize("size", [1, 60, 250])
async def test_steps_cost_the_same_statements_however_many(office: ServiceUnderTest, size: int):
    receipts = await office.receipts("office", *(layoff(nik()) for _ in range(size)))
    hearing = await ear(office)
    with counting(office.database) as statements:
        await hearing.take_in(all_spoken([enrolled(receipt["worker"]) for receipt in receipts], by="training"))
    assert await office.rows("SELECT count(*) FROM step") == [(size,)]
    assert len(statements) == 3


@pytest.mark.parametrize("size", [1, 60, 250])
async def test_next_spells_cost_the_same_statements_however_many(office: ServiceUnderTest, size: int):
    who = [nik() for _ in range(size)]
    receipts = await office.receipts("office", *(layoff(number) for number in who))
    await office.receipts("office", *(layoff(number, on="2021-12-01") for number in who))
    hearing = await ear(office)
    with counting(office.database) as statements:
        await hearing.take_in(all_spoken([placed(receipt["worker"]) for receipt in receipts], by="placement"))
    assert await office.rows("SELECT count(*) FROM spell WHERE number = 2 AND state = 'open'") == [(size,)]
    assert len(statements) == 9


async def test_each_type_that_is_heard_is_a_step_or_a_placement(office: ServiceUnderTest):
    assert office.service.handlers.types == {type_of(kind) for kind in (*STEPS, WorkerPlaced)}


async def test_a_report_that_comes_late_is_kept_with_the_spell_it_is_about(office: ServiceUnderTest):
    """The union reports in December what the employer did in September; the worker has worked since November."""
    number, worker = await register(office, on="2021-09-06")
    await (await ear(office)).take_in(all_spoken([placed(worker)], by="placement"))
    (receipt,) = await office.receipts("union", layoff(number, on="2021-09-08"))
    assert receipt["outcome"] == "accepted"
    assert receipt["worker"] == worker
    assert any("opens no other" in warning for warning in receipt["warnings"])
    assert [(n, state) for n, state, _ in await spells(office)] == [(1, "placed")]
    (receipt,) = await office.receipts("union", layoff(number, on="2021-11-20"))
    assert "warnings" not in receipt
    assert [(n, state) for n, state, _ in await spells(office)] == [(1, "placed"), (2, "open")]


async def test_a_withdrawal_does_not_reach_a_layoff_of_a_later_day(office: ServiceUnderTest):
    number, _ = await register(office, on="2021-09-06")
    await office.receipts("office", layoff(number, on="2021-10-20"))
    withdrawal = event("LayoffWithdrawn", {"on": "2021-09-20", "nik": number, "reason": "mediation"})
    await office.receipts("office", withdrawal)
    assert [(n, state) for n, state, _ in await spells(office)] == [(1, "withdrawn"), (2, "open")]
