from datetime import date
from typing import Any
from uuid import UUID

import pytest

from contract.examples import example
from shared.events import WorkerEnrolled, WorkerPlaced
from tests.counting import counting
from tests.unit.registration.posting import DeskUnderTest, event, layoff, nik

NOVEMBER_1 = date(2021, 11, 1)


def applied(number: str, **more: Any) -> dict[str, Any]:
    data = {"on": "2021-09-06", "person": {"nik": number, "name": "A"}, "wants": ["work"], **more}
    return event("JobseekerApplied", data)


@pytest.mark.parametrize("size", [1, 60, 250])
async def test_posts_cost_the_same_statements_however_many(desk: DeskUnderTest, size: int):
    await desk.post("office", layoff(nik()))
    with counting(desk.database) as statements:
        answer = await desk.post("office", *(applied(nik(), card=True) for _ in range(size)))
    assert answer.status_code == 202
    assert len([statement for statement in statements if "key_hash" not in statement]) == 11


@pytest.mark.parametrize("size", [1, 60, 250])
async def test_placements_cost_the_same_statements_however_many(desk: DeskUnderTest, size: int):
    receipts = await desk.receipts("office", *(layoff(nik()) for _ in range(size)))
    records = desk.records(
        [example(WorkerPlaced, worker=UUID(receipt["worker"]), on=NOVEMBER_1) for receipt in receipts]
    )
    with counting(desk.database) as statements:
        await desk.inbox.take_in(records)
    assert await desk.rows("SELECT count(*) FROM spell WHERE state = 'placed'") == [(size,)]
    assert len(statements) == 6


@pytest.mark.parametrize("size", [1, 60, 250])
async def test_steps_cost_the_same_statements_however_many(desk: DeskUnderTest, size: int):
    receipts = await desk.receipts("office", *(layoff(nik()) for _ in range(size)))
    records = desk.records([example(WorkerEnrolled, worker=UUID(receipt["worker"])) for receipt in receipts])
    with counting(desk.database) as statements:
        await desk.inbox.take_in(records)
    assert await desk.rows("SELECT count(*) FROM step") == [(size,)]
    assert len(statements) == 3


@pytest.mark.parametrize("size", [1, 60, 250])
async def test_next_spells_cost_the_same_statements_however_many(desk: DeskUnderTest, size: int):
    who = [nik() for _ in range(size)]
    receipts = await desk.receipts("office", *(layoff(number) for number in who))
    await desk.receipts("office", *(layoff(number, on="2021-12-01") for number in who))
    records = desk.records(
        [example(WorkerPlaced, worker=UUID(receipt["worker"]), on=NOVEMBER_1) for receipt in receipts]
    )
    with counting(desk.database) as statements:
        await desk.inbox.take_in(records)
    assert await desk.rows("SELECT count(*) FROM spell WHERE number = 2 AND state = 'open'") == [(size,)]
    assert len(statements) == 9


@pytest.mark.parametrize("size", [1, 60, 250])
async def test_facts_that_ask_for_a_relation_cost_the_same_statements_however_many(desk: DeskUnderTest, size: int):
    who = [nik() for _ in range(size)]
    receipts = await desk.receipts("office", *(layoff(number) for number in who))
    await desk.inbox.take_in(
        desk.records([example(WorkerEnrolled, worker=UUID(receipt["worker"])) for receipt in receipts])
    )
    grants = (event("GrantRecorded", {"on": "2021-10-01", "nik": number, "kind": "tools"}) for number in who)
    with counting(desk.database) as statements:
        answer = await desk.post("office", *grants)
    assert answer.status_code == 202
    assert len([statement for statement in statements if "key_hash" not in statement]) == 9
