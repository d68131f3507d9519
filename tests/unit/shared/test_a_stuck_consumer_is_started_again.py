"""aiokafka's heartbeat dies of an error that nobody expected: polls fail from then on, every one or now and then."""

import asyncio
from contextlib import suppress

import pytest
from aiokafka.errors import KafkaError

from shared.inbox.consumer import Consumer
from shared.settings import Settings
from tests.key_files import key_file


@pytest.fixture
async def consumer(purses, broker, topic_prefix):
    purses.inbox.prefix = topic_prefix
    url = purses.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    settings = Settings(
        database_url=url, kafka=broker, topic_prefix=topic_prefix, operators=key_file(), broker_forgets=True
    )
    made = Consumer(purses.inbox, settings, service="training", hears=["registration"])
    running = asyncio.create_task(made.run())
    await until(lambda: made.why_not_ready() is None)
    yield made
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await made.stop()


async def until(is_so, seconds=30):
    async with asyncio.timeout(seconds):
        while not is_so():
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("error", [KafkaError("unexpected"), RuntimeError("not even Kafka's")], ids=["kafka", "other"])
async def test_it_says_so_and_listens_again(consumer, error, caplog):
    async def dies():
        raise error

    reasons = []
    leave = consumer._leave

    async def leave_with_a_reason():
        reasons.append(consumer.why_not_ready())  # it is gone a moment later: who only looks now and then may miss it
        await leave()

    consumer._leave = leave_with_a_reason
    stuck = consumer.subscription.client
    stuck._coordinator._do_heartbeat = dies
    await until(lambda: consumer.subscription.client is not stuck and consumer.why_not_ready() is None)
    assert reasons == ["the consumer is stuck"]
    assert "the consumer is stuck; starting it again" in caplog.messages
    assert caplog.messages.count("a poll failed") == 1
