"""One of three brokers was killed: it does not answer for half a minute, and its partitions are another's in a few seconds."""

import pytest
from aiokafka.errors import KafkaError

from shared.inbox import consumer as consuming
from shared.inbox.consumer import Consumer
from shared.kafka.records import TopicPartition
from tests.spoken import spoken
from tests.unit.shared.purses import SITI, grant

AWAY = "the broker is out of reach"


@pytest.fixture
def consumer(purses, settings, monkeypatch):
    """A consumer that runs; a broker of its partitions does not answer."""
    made = Consumer(purses.inbox, settings, service="training", hears=["registration"])
    made._running = True

    async def unanswered(_):
        raise KafkaError("nobody answers")

    monkeypatch.setattr(made.subscription, "_subscriber", type("Started", (), {"consumer": object()}))
    monkeypatch.setattr(made.subscription, "assignment", lambda: [TopicPartition("registration", 1)])
    monkeypatch.setattr(made.subscription, "end_offsets", unanswered)

    async def committed(_):
        pass

    monkeypatch.setattr(made.subscription, "commit", committed)
    return made


async def test_while_records_come_it_is_ready(consumer):
    await consumer._take([spoken(grant(SITI, 1), 1)])
    await consumer.behind()
    assert consumer.why_not_ready() is None
    await consumer._pipeline.close()


async def test_where_none_came_for_a_while_the_broker_is_away(consumer, monkeypatch):
    await consumer.behind()
    assert consumer.why_not_ready() == AWAY
    await consumer._take([spoken(grant(SITI, 1), 1)])
    monkeypatch.setattr(consuming, "FLOWING_SECONDS", 0.0)
    await consumer.behind()
    assert consumer.why_not_ready() == AWAY
    await consumer._pipeline.close()
