"""Two programs that place a key differently would break the order of one worker's events."""

from uuid import uuid4

from aiokafka.partitioner import DefaultPartitioner
from confluent_kafka import Producer

from tests.spoken import place_of


def test_a_key_is_where_every_kafka_client_would_put_it():
    clients = DefaultPartitioner()
    for _ in range(500):
        worker = uuid4()
        key, partition = place_of(worker, 4)
        assert key == str(worker).encode()
        assert partition == clients(key, list(range(4)), list(range(4)))


def test_librdkafka_puts_it_there_too(broker, topic_prefix):
    placed = {}
    producer = Producer({"bootstrap.servers": broker, "partitioner": "murmur2_random"})
    for _ in range(50):
        key, partition = place_of(uuid4(), 4)
        producer.produce(
            f"{topic_prefix}registration",
            key=key,
            value=b"x",
            on_delivery=lambda _, message, ours=partition: placed.update({message.key(): (ours, message.partition())}),
        )
    producer.flush(10)
    assert len(placed) == 50
    assert all(ours == theirs for ours, theirs in placed.values())
    assert len({ours for ours, _ in placed.values()}) == 4
