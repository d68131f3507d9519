import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from services.registration.posting import desk
from tests.counting import counting
from tests.unit.registration.front import ServiceUnderTest, event, layoff, nik


def applied(number: str, **more: Any) -> dict[str, Any]:
    data = {"on": "2021-09-06", "person": {"nik": number, "name": "A"}, "wants": ["work"], **more}
    return event("JobseekerApplied", data)


@pytest.mark.parametrize("size", [1, 60, 250])
async def test_a_batch_costs_the_same_statements_whatever_its_size(office: ServiceUnderTest, size: int):
    await office.post("office", layoff(nik()))
    with counting(office.database) as statements:
        answer = await office.post("office", *(applied(nik(), card=True) for _ in range(size)))
    assert answer.status_code == 202
    assert len([statement for statement in statements if "key_hash" not in statement]) == 12


async def test_requests_that_arrive_together_share_a_transaction(office: ServiceUnderTest):
    await office.post("office", layoff(nik()))
    with counting(office.database) as statements:
        answers = await asyncio.gather(*(office.post("office", layoff(nik())) for _ in range(100)))
    assert {answer.status_code for answer in answers} == {202}
    assert sum(statement.startswith(("INSERT INTO journal", "COPY journal")) for statement in statements) <= 3
    assert await office.rows("SELECT count(*) FROM worker") == [(101,)]


async def test_each_caller_gets_its_own_receipts(office: ServiceUnderTest):
    sent = [[layoff(nik()) for _ in range(size)] for size in (1, 3, 2, 5)]
    answers = await asyncio.gather(*(office.post("employer", *events) for events in sent))
    for events, answer in zip(sent, answers, strict=True):
        assert [receipt["id"] for receipt in answer.json()["receipts"]] == [each["id"] for each in events]


async def test_an_event_that_fails_stops_nobody(office: ServiceUnderTest, caplog: pytest.LogCaptureFixture):
    await office.run("ALTER TABLE assertion ADD CONSTRAINT never CHECK (event_id <> 'bad')")
    number = nik()
    events = [layoff(nik()) for _ in range(20)]
    events[13] = {**layoff(number), "id": "bad"}
    alone, together = await asyncio.gather(
        office.post("union", {**layoff(nik()), "id": "bad"}), office.post("employer", *events)
    )
    assert alone.status_code == 500
    assert together.status_code == 207
    receipts = together.json()["receipts"]
    assert [place for place, receipt in enumerate(receipts) if receipt["outcome"] != "accepted"] == [13]
    assert receipts[13]["problem"]["status"] == 500
    assert await office.rows("SELECT count(*) FROM worker") == [(19,)]
    assert len(await office.said("pulih.layoff.reported.v1")) == 19
    assert number not in caplog.text
    assert "Contoh" not in caplog.text


async def test_while_the_database_takes_nothing_the_answer_is_503_and_nothing_is_kept(
    office: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(desk, "PAUSES", (0.01,))
    sent = layoff(nik())
    ((name,),) = await office.rows("SELECT current_database()")
    await office.run(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    await office.database.engine.dispose()
    answer = await office.post("employer", sent)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert answer.headers["content-type"] == "application/problem+json"
    async with office.database.engine.connect() as connection:
        await connection.exec_driver_sql("SET TRANSACTION READ WRITE")
        await connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET default_transaction_read_only = off')
        await connection.commit()
    await office.database.engine.dispose()
    assert await office.said() == []
    (receipt,) = await office.receipts("employer", sent)
    assert receipt["outcome"] == "accepted"


async def test_lost_connections_are_not_noticed(office: ServiceUnderTest):
    await office.post("employer", layoff(nik()))
    url = office.service.settings.database_url.get_secret_value()
    other = await asyncpg.connect(url)
    await other.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await other.close()
    answer = await office.post("employer", layoff(nik()))
    assert answer.status_code == 202


async def test_a_full_desk_asks_to_come_back(office: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(desk, "MOST_WAITING", 5)
    answers = await asyncio.gather(*(office.post("employer", layoff(nik()), layoff(nik())) for _ in range(8)))
    full = [answer for answer in answers if answer.status_code == 503]
    taken = [answer for answer in answers if answer.status_code == 202]
    assert full
    assert taken
    assert all(answer.headers["retry-after"] == "1" for answer in full)
    assert await office.rows("SELECT count(*) FROM worker") == [(2 * len(taken),)]
    answer = await office.post("employer", layoff(nik()))
    assert answer.status_code == 202


async def test_a_deadlock_is_tried_again(open_office: Callable[..., Awaitable[ServiceUnderTest]]):
    """Somebody else locks two workers the other way round: the desk, or they, must try again; nothing is lost."""
    office = await open_office()
    await office.agency("office", "office")
    numbers = [nik(), nik()]
    receipts = await office.receipts("office", *(layoff(number) for number in numbers))
    order = [row[0] for row in await office.rows("SELECT id FROM worker ORDER BY nik_print DESC")]
    other = await asyncpg.connect(office.service.settings.database_url.get_secret_value())
    transaction = other.transaction()
    await transaction.start()
    await other.execute("SELECT 1 FROM worker WHERE id = $1 FOR UPDATE", order[0])
    posting = asyncio.create_task(office.post("office", *(layoff(number, wants=["work"]) for number in numbers)))
    await asyncio.sleep(0.3)
    try:
        await other.execute("SELECT 1 FROM worker WHERE id = $1 FOR UPDATE", order[1])
        await transaction.commit()
    except asyncpg.DeadlockDetectedError:
        await transaction.rollback()
    answer = await posting
    await other.close()
    assert answer.status_code == 202
    assert [receipt["worker"] for receipt in answer.json()["receipts"]] == [receipt["worker"] for receipt in receipts]
    assert len(await office.said("pulih.application.amended.v1")) == 2


async def test_a_caller_who_goes_away_leaves_the_others_served(office: ServiceUnderTest):
    leaving = asyncio.create_task(office.post("employer", layoff(nik())))
    staying = asyncio.create_task(office.post("employer", layoff(nik())))
    await asyncio.sleep(0)
    leaving.cancel()
    assert (await staying).status_code == 202
    assert (await office.post("employer", layoff(nik()))).status_code == 202
