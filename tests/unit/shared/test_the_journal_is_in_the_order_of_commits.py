"""A reader who has seen a position has seen everything before it; without the journal's lock that is not so."""

import asyncio

import pytest

from shared.database.unit_of_work import UnitOfWork
from shared.outbox import journal
from tests.unit.shared.purses import BUDI, SITI, grant


async def positions(database):
    async with database.work() as work:
        return [
            (row.position, row.key) for row in await work.rows("SELECT position, key FROM journal ORDER BY position")
        ]


async def test_a_later_position_is_never_visible_before_an_earlier_one(purses):
    async with purses.database.engine.connect() as slow:
        await journal.append(slow, [grant(SITI, 1)])

        async def overtake():
            async with purses.database.work() as work:
                work.announce(grant(BUDI, 2))

        quick = asyncio.create_task(overtake())
        await asyncio.sleep(0.3)
        assert not quick.done(), "the second transaction committed while the first still could"
        assert await positions(purses.database) == []
        await slow.commit()
    await quick
    assert await positions(purses.database) == [(1, SITI), (2, BUDI)]


async def test_what_is_announced_is_kept_in_its_order(purses):
    async with purses.database.work() as work:
        work.announce(*(grant(SITI, n) for n in range(100)))
        work.announce(*(grant(BUDI, n) for n in range(100)))
    said = await purses.ask("SELECT data->>'amount' AS amount, key FROM journal ORDER BY position")
    assert [int(amount or 0) for amount, _ in said] == [*range(100), *range(100)]


async def test_what_is_rolled_back_is_not_said(purses):
    with pytest.raises(ZeroDivisionError):
        async with purses.database.work() as work:
            work.announce(grant(SITI, 1))
            raise ZeroDivisionError
    assert await positions(purses.database) == []


async def test_the_journal_comes_last_before_the_commit(purses):
    """Nothing may stand between the lock and the commit: every other writer waits for it."""
    seen = []

    async def watched(connection, events, *more):
        seen.append(await (await connection.get_raw_connection()).driver_connection.fetchval("SELECT 1"))
        await journal_append(connection, events, *more)
        seen.append("journal")

    journal_append, journal.append = journal.append, watched
    try:
        async with purses.database.work() as work:
            work.announce(grant(SITI, 1))
            await work.run("CREATE TABLE later (id int)")
            seen.append("state")
    finally:
        journal.append = journal_append
    assert seen == ["state", 1, "journal"]


async def test_nobody_sleeps_on_a_lock(purses, postgres):
    """A process frozen inside a transaction is cut off by the database, and the others go on."""
    async with purses.database.engine.connect() as frozen:
        await journal.append(frozen, [grant(SITI, 1)])
        async with asyncio.timeout(10), purses.database.work() as work:
            work.announce(grant(BUDI, 2))
        assert [key for _, key in await positions(purses.database)] == [BUDI]
        with pytest.raises(Exception, match=r"idle-in-transaction|terminat|closed|is invalid"):
            await UnitOfWork(frozen).run("SELECT 1")
        await frozen.invalidate()


async def test_every_connection_of_a_service_has_that_limit(purses):
    async with purses.database.work() as work:
        ((limit,),) = await work.rows("SELECT current_setting('idle_in_transaction_session_timeout')")
    assert limit == "5s"
