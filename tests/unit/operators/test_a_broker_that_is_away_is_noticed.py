"""A service whose broker goes away says so in seconds, though nothing is said and nothing is to be heard."""

import asyncio
from contextlib import suppress

import pytest

from tests.faults.ring import BrokerProcess


@pytest.fixture
def own_broker(tmp_path):
    broker = BrokerProcess(tmp_path, "")
    yield broker
    broker.close()


@pytest.fixture
async def listening(watched, own_broker):
    async with asyncio.timeout(20):
        while not own_broker.note.exists():
            await asyncio.sleep(0.05)
    seen = await watched(kafka=own_broker.address)
    listening = asyncio.create_task(seen.consumer.run())
    await until(lambda: seen.consumer.why_not_ready() is None)
    yield seen
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
    await seen.consumer.stop()


async def until(is_so, seconds=20):
    async with asyncio.timeout(seconds):
        while not is_so():
            await asyncio.sleep(0.1)


async def test_an_idle_listener_notices_at_the_next_look(listening, own_broker):
    await listening.observer.look()
    assert listening.consumer.why_not_ready() is None
    assert {places for places, _ in listening.observer.sight.behind} == {"registration"}
    assert {records for _, records in listening.observer.sight.behind.values()} == {0}
    own_broker.close()
    async with asyncio.timeout(6):
        await listening.observer.look()
    assert listening.consumer.why_not_ready() == "the broker is out of reach"
    assert listening.observer.sight.behind == {}
