"""Chains of hashes on real Kafka and PostgreSQL; chance with its seed printed."""

import itertools
import random
import time

import pytest

from shared.kafka import topics
from shared.kafka.settings import KafkaSettings
from tests.chain import HEARS
from tests.containers.stack import ContainerStack
from tests.faults.ring import Ring

UNTIL_TOLD = 1_000_000
"""Events: more than are said in any test."""


@pytest.fixture
def chance():
    seed = time.time_ns() % 100_000
    print(f"seed {seed}")
    return random.Random(seed)


@pytest.fixture
async def ring(kafka, container_database, topic_prefix, tmp_path):
    """Three services in a row that carry chains of hashes: see `tests/chain.py`."""
    made = []

    async def make(*, partitions=4, **how):
        await topics.create(KafkaSettings(kafka=kafka.address, topic_prefix=topic_prefix, partitions=partitions))
        databases = {name: await container_database(name) for name in HEARS}
        more = {"PULIH_PARTITIONS": str(partitions)}
        how = {"events": UNTIL_TOLD, "forgets": False, **how, **more}
        made.append(Ring(databases, kafka.address, topic_prefix, tmp_path, **how))
        await made[-1].open()
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def stack_of(kafka, container_postgres, folder):
    """Make stacks of the four services on the containers."""
    nth = itertools.count(1)
    return lambda **how: ContainerStack(folder / str(next(nth)), kafka, container_postgres, **how)
