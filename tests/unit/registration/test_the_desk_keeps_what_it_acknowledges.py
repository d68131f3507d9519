import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from services.registration.posting import desk as desk_module
from services.registration.posting import writer
from tests.counting import counting
from tests.unit.registration.posting import DeskUnderTest, event, layoff, nik


async def test_requests_that_arrive_together_share_a_transaction(desk: DeskUnderTest):
    await desk.post("office", layoff(nik()))
    with counting(desk.database) as statements:
        answers = await asyncio.gather(*(desk.post("office", layoff(nik())) for _ in range(100)))
    assert {answer.status_code for answer in answers} == {202}
    assert sum(statement.startswith(("INSERT INTO journal", "COPY journal")) for statement in statements) <= 3
    assert await desk.rows("SELECT count(*) FROM worker") == [(101,)]


async def test_each_caller_gets_its_own_receipts(desk: DeskUnderTest):
    sent = [[layoff(nik()) for _ in range(size)] for size in (1, 3, 2, 5)]
    answers = await asyncio.gather(*(desk.post("employer", *events) for events in sent))
    for events, answer in zip(sent, answers, strict=True):
        assert [receipt["id"] for receipt in answer.json()["receipts"]] == [each["id"] for each in events]


async def test_an_event_that_fails_stops_nobody(desk: DeskUnderTest, caplog: pytest.LogCaptureFixture):
    await desk.run("ALTER TABLE assertion ADD CONSTRAINT never CHECK (event_id <> 'bad')")
    number = nik()
    events = [layoff(nik()) for _ in range(20)]
    events[13] = {**layoff(number), "id": "bad"}
    alone, together = await asyncio.gather(
        desk.post("union", {**layoff(nik()), "id": "bad"}), desk.post("employer", *events)
    )
    assert alone.status_code == 500
    assert together.status_code == 207
    receipts = together.json()["receipts"]
    assert [index for index, receipt in enumerate(receipts) if receipt["outcome"] != "accepted"] == [13]
    assert receipts[13]["problem"]["status"] == 500
    assert await desk.rows("SELECT count(*) FROM worker") == [(19,)]
    assert len(await desk.announced("pulih.layoff.reported.v1")) == 19
    assert number not in caplog.text
    assert "Contoh" not in caplog.text


async def test_the_largest_batch_may_be_one_of_retractions(desk: DeskUnderTest):
    """Each has a transaction of its own."""
    taken_back = [
        {"on": "2021-09-20", "retracts": {"source": "/payroll", "id": f"nothing-{n}"}, "reason": "other"}
        for n in range(1_000)
    ]
    answer = await desk.post("employer", *(event("FactRetracted", each) for each in taken_back))
    assert answer.status_code == 403, answer.text[:200]
    receipts = answer.json()["receipts"]
    assert [receipt["problem"]["status"] for receipt in receipts] == [403] * 1_000


async def test_while_the_database_takes_nothing_the_answer_is_503_and_nothing_is_kept(
    desk: DeskUnderTest, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(writer, "RETRIES", 1)
    monkeypatch.setattr(writer, "FIRST_PAUSE_SECONDS", 0.01)
    sent = layoff(nik())
    ((name,),) = await desk.rows("SELECT current_database()")
    await desk.run(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    await desk.database.engine.dispose()
    answer = await desk.post("employer", sent)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert answer.headers["content-type"] == "application/problem+json"
    async with desk.database.engine.connect() as connection:
        await connection.exec_driver_sql("SET TRANSACTION READ WRITE")
        await connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET default_transaction_read_only = off')
        await connection.commit()
    await desk.database.engine.dispose()
    assert await desk.announced() == []
    (receipt,) = await desk.receipts("employer", sent)
    assert receipt["outcome"] == "accepted"


async def test_lost_connections_are_not_noticed(desk: DeskUnderTest):
    await desk.post("employer", layoff(nik()))
    url = desk.service.settings.database_url.get_secret_value()
    other = await asyncpg.connect(url)
    await other.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await other.close()
    answer = await desk.post("employer", layoff(nik()))
    assert answer.status_code == 202


async def test_a_full_desk_asks_to_come_back(desk: DeskUnderTest, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(desk_module, "MOST_WAITING", 5)
    answers = await asyncio.gather(*(desk.post("employer", layoff(nik()), layoff(nik())) for _ in range(8)))
    full = [answer for answer in answers if answer.status_code == 503]
    taken = [answer for answer in answers if answer.status_code == 202]
    assert full
    assert taken
    assert all(answer.headers["retry-after"] == "1" for answer in full)
    assert await desk.rows("SELECT count(*) FROM worker") == [(2 * len(taken),)]
    answer = await desk.post("employer", layoff(nik()))
    assert answer.status_code == 202


async def test_a_deadlock_is_tried_again(open_desk: Callable[..., Awaitable[DeskUnderTest]]):
    """Somebody else locks two workers the other way round: the desk, or they, must try again; nothing is lost."""
    desk = await open_desk()
    await desk.agency("office", "office")
    numbers = [nik(), nik()]
    receipts = await desk.receipts("office", *(layoff(number) for number in numbers))
    order = [row[0] for row in await desk.rows("SELECT id FROM worker ORDER BY nik_print DESC")]
    other = await asyncpg.connect(desk.service.settings.database_url.get_secret_value())
    transaction = other.transaction()
    await transaction.start()
    await other.execute("SELECT 1 FROM worker WHERE id = $1 FOR UPDATE", order[0])
    posting = asyncio.create_task(desk.post("office", *(layoff(number, wants=["work"]) for number in numbers)))
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
    assert len(await desk.announced("pulih.application.amended.v1")) == 2


async def test_a_caller_who_goes_away_leaves_the_others_served(desk: DeskUnderTest):
    leaving = asyncio.create_task(desk.post("employer", layoff(nik())))
    staying = asyncio.create_task(desk.post("employer", layoff(nik())))
    await asyncio.sleep(0)
    leaving.cancel()
    assert (await staying).status_code == 202
    assert (await desk.post("employer", layoff(nik()))).status_code == 202
