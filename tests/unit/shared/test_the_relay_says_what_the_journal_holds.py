"""After the commit, in the journal's order, whatever happens between: repeats are harmless, gaps are not."""

import asyncio

import asyncpg
import pytest

from shared.kafka.producer import Producer
from shared.outbox.relay import Relay
from tests.unit.shared.purses import BUDI, SITI, WAYAN, grant
from tests.unit.shared.relaying import assert_whole, cursor, marked, on_the_topic, relay, running, say


async def test_everything_is_published_in_order_and_each_names_the_one_before(purses, settings):
    await say(purses, *(grant(worker, n) for n in range(20) for worker in (SITI, BUDI, WAYAN)))
    async with running(relay(settings)):
        await marked(purses, 60)
    entries = await on_the_topic(settings, 60)
    assert len(entries) == 60
    assert_whole(entries, range(1, 61))
    amounts = [entry.event.amount or 0 for entry in entries if entry.event.worker == SITI]
    assert amounts == list(range(20))


async def test_what_is_said_later_goes_on_where_it_stopped(purses, settings):
    async with running(relay(settings)):
        await say(purses, grant(SITI, 1))
        await marked(purses, 1)
    async with running(relay(settings)):
        await say(purses, grant(SITI, 2))
        await marked(purses, 2)
    entries = await on_the_topic(settings, 2)
    assert [(entry.position, entry.previous) for entry in entries] == [(1, 0), (2, 1)]


class DiesBeforeMarking(Relay):
    """Publishes a page, then fails before its cursor moves: the moment a kill -9 would choose."""

    deaths = 2

    async def _publish(self, producer, records):
        await super()._publish(producer, records)
        if self.deaths:
            self.deaths -= 1
            raise ConnectionResetError("killed between publishing and marking")


async def test_a_death_between_publishing_and_marking_repeats_and_loses_nothing(purses, settings):
    await say(purses, *(grant(SITI, n) for n in range(25)))
    async with running(relay(settings, DiesBeforeMarking)):
        await marked(purses, 25)
    entries = await on_the_topic(settings, 45)
    assert len(entries) == 45, "the first page of ten three times, the rest once"
    assert_whole(entries, range(1, 26))
    await purses.inbox.take_in([entry.record for entry in entries])
    assert len(await purses.said()) == 50, "what it said, and its one answer to each"


class MeetsARival(Relay):
    """Between its publishing and its cursoring another relay, which it did not notice, moves the cursor."""

    async def _publish(self, producer, records):
        await super()._publish(producer, records)
        if self.rival:
            rival, self.rival = self.rival, None
            await rival()


async def test_a_relay_that_lost_the_lead_unnoticed_cannot_move_the_cursor_back(purses, settings):
    await say(purses, *(grant(SITI, n) for n in range(30)))

    async def rival():
        async with purses.database.work() as work:
            await work.run("UPDATE cursor SET position = 30, last_by_partition = '{0,0,30,0}'")

    frozen = relay(settings, MeetsARival)
    frozen.rival = rival
    async with running(frozen):
        async with asyncio.timeout(5):
            while frozen.rival or not frozen.leads or frozen.trouble:
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.5)
        assert await cursor(purses) == 30


async def test_one_relay_leads_and_another_takes_over_when_its_connection_is_cut(purses, settings):
    first, second = relay(settings), relay(settings)
    async with running(first, second):
        await say(purses, grant(SITI, 1))
        await marked(purses, 1)
        assert [first.leads, second.leads].count(True) == 1
        for n in range(2, 6):
            connection = await asyncpg.connect(settings.database_url.get_secret_value())
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity, LATERAL (SELECT 1) AS one "
                "WHERE application_name = 'pulih training relay' AND datname = current_database()"
            )
            await connection.close()
            await say(purses, grant(SITI, n))
            await marked(purses, n)
    assert_whole(await on_the_topic(settings, 5), range(1, 6))


async def test_a_topic_of_another_size_is_not_published_to(purses, settings):
    other = relay(settings.model_copy(update={"partitions": 3}))
    await say(purses, grant(SITI, 1))
    async with running(other):
        async with asyncio.timeout(10):
            while "PULIH_PARTITIONS" not in (other.trouble or ""):
                await asyncio.sleep(0.02)
        assert await cursor(purses) == 0


class Client:
    """aiokafka's producer, which takes two records a batch and refuses its second batch."""

    def __init__(self):
        self.taken = []
        self.batches = 0

    def create_batch(self):
        return Batch()

    async def send_batch(self, batch, topic, *, partition):
        self.batches += 1
        refused = self.batches == 2
        if not refused:
            self.taken += batch.values

        async def acknowledged():
            await asyncio.sleep(0)
            if refused:
                raise ConnectionResetError("not acknowledged")

        return acknowledged()


class Batch:
    def __init__(self):
        self.values = []

    def append(self, *, key, value, timestamp, headers):
        if len(self.values) == 2:
            return None
        self.values.append(value)
        return True

    def record_count(self):
        return len(self.values)


async def test_a_partition_stops_at_its_first_failure(settings):
    """A producer made anew accepts the batch behind a rejected one: sending on would put 5 before 3."""
    client = Client()
    producer = Producer(settings, topic="training", client_id="test")
    producer._client = client
    with pytest.raises(ConnectionResetError):
        await producer.publish({0: [(b"k", b"%d" % n, []) for n in range(1, 7)]})
    assert client.taken == [b"1", b"2"]
