"""A relay of training's journal, and what it publishes on the embedded broker."""

import asyncio
from contextlib import asynccontextmanager, suppress

from aiokafka import AIOKafkaConsumer

from shared.kafka import records
from shared.outbox.history import History
from shared.outbox.relay import Relay
from tests.unit.shared.purses import BUDI, SITI, WAYAN, grant

EVERYBODY = (SITI, BUDI, WAYAN)


def relay(settings, kind=Relay, ask=None):
    history = History(settings, "training", ask)
    return kind(settings, service="training", wake=asyncio.Event(), pace=None, history=history)


@asynccontextmanager
async def running(*relays):
    tasks = [asyncio.create_task(each.run()) for each in relays]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def say(purses, *events):
    async with purses.database.work() as work:
        work.announce(*events)


async def cursor(purses):
    return (await purses.ask("SELECT position FROM cursor"))[0].position


async def marked(purses, position, seconds=15):
    async with asyncio.timeout(seconds):
        while await cursor(purses) < position:
            await asyncio.sleep(0.02)


async def on_the_topic(settings, at_least):
    """Give what the topic holds, in order within each partition, as entries that were read."""
    consumer = AIOKafkaConsumer(
        settings.topic("training"), bootstrap_servers=settings.kafka, auto_offset_reset="earliest", fetch_max_wait_ms=50
    )
    await consumer.start()
    found = []
    try:
        async with asyncio.timeout(15):
            while len(found) < at_least:
                for page in (await consumer.getmany(timeout_ms=200)).values():
                    found += [records.read(record) for record in page]
        for page in (await consumer.getmany(timeout_ms=300)).values():
            found += [records.read(record) for record in page]
    finally:
        await consumer.stop()
    return found


def by_partition(entries):
    found = {}
    for entry in entries:
        found.setdefault(entry.record.partition, []).append(entry)
    return found


def assert_whole(entries, positions):
    """Every position is there; in each partition they ascend but for repeats, and each names the one before it."""
    assert {entry.position for entry in entries} == set(positions)
    for partition in by_partition(entries).values():
        heard = 0
        for entry in partition:
            assert entry.previous <= heard, "a gap"
            heard = max(heard, entry.position)
        first = {}
        for entry in partition:
            assert first.setdefault(entry.position, entry.previous) == entry.previous


async def published(purses, settings, rounds=3):
    """Say and publish three events in each round."""
    for amount in range(rounds):
        await say(purses, *(grant(worker, amount) for worker in EVERYBODY))
    async with running(relay(settings)):
        await marked(purses, 3 * rounds)


async def went_back(purses, position):
    """Let the database be what it was when this position was the last."""
    async with purses.database.work() as work:
        await work.run("DELETE FROM journal WHERE position > :position", position=position)
        await work.run(f"ALTER TABLE journal ALTER COLUMN position RESTART WITH {position + 1}")
        await work.run("UPDATE cursor SET position = :position", position=position)
