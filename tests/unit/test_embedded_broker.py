"""The embedded broker speaks Kafka's protocol, and is found at its old address when it was started again."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from deploy.embedded.broker import Broker
from deploy.embedded.ports import free_port

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.fixture
def own_broker() -> Iterator[Broker]:
    broker = Broker(port=free_port(), partitions=6, prefix="own-")
    broker.start()
    yield broker
    broker.stop()


async def publish(address: str, topic: str, *values: bytes) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=address, acks="all", enable_idempotence=True)
    await producer.start()
    await asyncio.gather(*(producer.send_and_wait(topic, value, key=value) for value in values))
    await producer.stop()


async def subscribe(address: str, topic: str, group: str) -> AIOKafkaConsumer:
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=address, group_id=group, auto_offset_reset="earliest", fetch_max_wait_ms=50
    )
    await consumer.start()
    return consumer


async def read(consumer: AIOKafkaConsumer, count: int) -> set[bytes]:
    heard: set[bytes] = set()
    async with asyncio.timeout(15):
        while len(heard) < count:
            heard |= {record.value for page in (await consumer.getmany(timeout_ms=100)).values() for record in page}
    return heard


async def test_what_is_published_is_read(broker: str, topic_prefix: str) -> None:
    topic, values = f"{topic_prefix}training", [b"%d" % n for n in range(200)]
    await publish(broker, topic, *values)
    consumer = await subscribe(broker, topic, topic_prefix)
    assert await read(consumer, 200) == set(values)
    await consumer.stop()


async def test_topics_have_the_partitions_that_were_asked_for(own_broker: Broker) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=own_broker.address)
    await producer.start()
    for speaker in ("registration", "training", "placement", "notification"):
        assert await producer.partitions_for(f"own-{speaker}") == set(range(6))
    await producer.stop()


async def test_a_new_group_starts_at_once(own_broker: Broker) -> None:
    await publish(own_broker.address, "own-placement", b"a vacancy")
    before = time.monotonic()
    consumer = await subscribe(own_broker.address, "own-placement", "placement")
    assert await read(consumer, 1) == {b"a vacancy"}
    assert time.monotonic() - before < 2
    await consumer.stop()


async def test_a_listener_finds_the_broker_again_at_the_same_address(own_broker: Broker) -> None:
    consumer = await subscribe(own_broker.address, "own-training", "training")
    await publish(own_broker.address, "own-training", b"before")
    assert await read(consumer, 1) == {b"before"}

    own_broker.stop()
    own_broker.start()
    await publish(own_broker.address, "own-training", b"after")

    assert await read(consumer, 1) == {b"after"}
    await consumer.stop()


def test_a_taken_port_is_refused(own_broker: Broker) -> None:
    with pytest.raises(OSError, match="in use"):
        Broker(port=own_broker.port).start()


def test_the_broker_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    note = tmp_path / "address"
    parent = f"""
import os, subprocess, sys, time
from pathlib import Path
command = [sys.executable, "-P", "-m", "deploy.embedded.broker", "--port-file", {str(note)!r}]
broker = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
while not Path({str(note)!r}).exists(): time.sleep(0.02)
print(broker.pid, flush=True)
os.kill(os.getpid(), 9)
"""
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", parent], env=env, capture_output=True, text=True, check=False)
    broker = int(done.stdout)
    deadline = time.monotonic() + 5
    while psutil.pid_exists(broker) and psutil.Process(broker).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.05)
