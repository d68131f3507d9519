"""What a look at the plumbing finds: the journal's backlog, dead letters, who leads, readiness, gaps; and that it is cheap."""

import logging
from datetime import date
from uuid import UUID

import asyncpg

from shared.database.locks import LEADER_LOCK
from shared.events import GrantRecorded
from shared.inbox.bookmarks import TopicPartition
from tests.spoken import spoken

SITI = UUID(int=1)


def grant():
    return GrantRecorded(worker=SITI, agency="bpjs-denpasar", on=date(2020, 8, 11), kind="tools", amount=5)


async def test_an_empty_service_has_nothing_waiting(watched):
    seen = await watched()
    await seen.observer.look()
    shown = seen.shown()
    assert shown["pulih_ready",] == 1
    assert shown["pulih_journal_backlog_rows",] == 0
    assert shown["pulih_journal_backlog_age_seconds",] == 0
    assert shown["pulih_dead_letters_waiting",] == 0
    assert shown["pulih_relay_leader",] == 0


async def test_what_is_said_and_not_published_waits_since_it_was_said(watched):
    seen = await watched()
    async with seen.database.work() as work:
        work.announce(grant(), grant(), grant())
    async with seen.database.work() as work:
        await work.run("UPDATE journal SET time = now() - interval '90 seconds' WHERE position = 2")
        await work.run("UPDATE cursor SET position = 1")
    await seen.observer.look()
    shown = seen.shown()
    assert shown["pulih_journal_backlog_rows",] == 2
    assert 90 <= shown["pulih_journal_backlog_age_seconds",] < 100
    assert seen.observer.sight.as_json()["backlog"]["rows"] == 2


async def test_a_long_journal_is_looked_at_by_its_end_alone(watched):
    seen = await watched()
    async with seen.database.work() as work:
        await work.run(
            "INSERT INTO journal (id, type, key, time, data) "
            "SELECT gen_random_uuid(), 't', gen_random_uuid(), now(), '{}' FROM generate_series(1, 20000)"
        )
        await work.run("UPDATE cursor SET position = 10000")
    async with seen.database.work() as work:
        await work.run("ANALYZE journal")
        (before,) = await work.rows("SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'journal'")
    for _ in range(3):
        await seen.observer.look()
    async with seen.database.work() as work:
        await work.run("SELECT pg_stat_force_next_flush()")
    async with seen.database.work() as work:
        (after,) = await work.rows("SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'journal'")
    assert seen.shown()["pulih_journal_backlog_rows",] == 10_000
    assert after.seq_tup_read == before.seq_tup_read, "no row is read that the index does not lead to"


async def test_a_dead_letter_is_counted_while_it_waits(watched):
    seen = await watched()
    bad = spoken(grant(), 1)
    bad.value = b"{"
    seen.inbox.handlers.on(GrantRecorded)(lambda *_: None)
    await seen.inbox.take_in([bad])
    await seen.observer.look()
    assert seen.shown()["pulih_dead_letters_waiting",] == 1
    async with seen.database.work() as work:
        await work.run("UPDATE dead_letter SET state = 'discarded', settled_at = now()")
    await seen.observer.look()
    assert seen.shown()["pulih_dead_letters_waiting",] == 0


async def test_somebody_else_s_lead_is_seen_in_the_database(watched):
    seen = await watched()
    assert (await seen.observer.look()).led is False
    url = seen.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    another = await asyncpg.connect(url)
    await another.execute("SELECT pg_advisory_lock($1)", LEADER_LOCK)
    assert (await seen.observer.look()).led is True
    assert seen.observer.sight.as_json()["relay"]["leads"] is False
    await another.close()


async def test_a_partition_in_which_something_is_missing_is_counted(watched):
    seen = await watched()
    seen.inbox.gaps[TopicPartition("registration", 2)] = 7
    await seen.observer.look()
    assert seen.shown()["pulih_consumer_gaps",] == 1


async def test_becoming_unready_and_ready_is_logged_once_with_the_reason(watched, caplog):
    seen = await watched()
    caplog.set_level(logging.INFO, "shared.telemetry.observing")
    for trouble in (None, None, "the database is out of reach: OSError", "the database is out of reach: OSError", None):
        seen.trouble = trouble
        await seen.observer.look()
        assert seen.shown()["pulih_ready",] == (0 if trouble else 1)
    said = [(record.getMessage(), getattr(record, "reason", None)) for record in caplog.records]
    assert said == [("ready", None), ("not ready", "the database is out of reach: OSError"), ("ready", None)]


async def test_what_cannot_be_seen_is_not_shown(watched):
    seen = await watched()
    async with seen.database.work() as work:
        work.announce(grant())
    await seen.observer.look()
    assert seen.shown()["pulih_journal_backlog_rows",] == 1
    seen.observer._database = Nowhere()
    await seen.observer.look()
    assert ("pulih_journal_backlog_rows",) not in seen.shown()
    assert seen.observer.sight.as_json()["backlog"] == {"rows": None, "seconds": None}


class Nowhere:
    """A database that is out of reach."""

    def work(self):
        raise ConnectionRefusedError

    reading = work
