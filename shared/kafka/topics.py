"""Topics: made, compared and grown on the broker, as `shared/kafka/settings.py` declares them."""

import asyncio
import logging
from collections.abc import Iterable
from time import monotonic

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.errors import BrokerResponseError, KafkaError, TopicAlreadyExistsError, for_code

from shared.kafka.settings import KafkaSettings
from shared.topology import SERVICES


class CannotCreate(Exception):
    """The broker would not make a topic; the message says which and why."""


async def create(settings: KafkaSettings, *, patience: float = 60.0) -> list[str]:
    """Make the topics that are missing, and answer which those were. Waits `patience` seconds for a broker."""
    admin = await _connect(settings, patience)
    try:
        made = []
        for speaker in SERVICES:
            topic = NewTopic(
                settings.topic(speaker),
                num_partitions=settings.partitions,
                replication_factor=settings.replicas,
                topic_configs={
                    "retention.ms": str(settings.retention_hours * 3_600_000),
                    "min.insync.replicas": str(settings.min_insync_replicas),
                },
            )
            answer = await admin.create_topics([topic], timeout_ms=30_000)
            for name, code, *why in answer.topic_errors:
                if code == 0:
                    made.append(name)
                elif for_code(code) is not TopicAlreadyExistsError:
                    raise CannotCreate(f"The topic {name} cannot be made: {(why or [for_code(code).__name__])[0]}")
        return made
    finally:
        await admin.close()


async def grow(settings: KafkaSettings, partitions: int, speakers: Iterable[str], *, patience: float = 30.0) -> None:
    """Give the topics of these speakers so many partitions; one that has them already is left alone.

    This alone would lose the order of events: `cli/growing_topics.py` says what must come before.
    """
    found = await partitions_found(settings)
    admin = await _connect(settings, patience)
    try:
        for speaker in speakers:
            if found[speaker] < partitions:
                await admin.create_partitions({settings.topic(speaker): NewPartitions(partitions)}, timeout_ms=30_000)
    except BrokerResponseError as no:
        raise CannotCreate(f"The broker would not let the topics grow: {no}") from no
    finally:
        await admin.close()


async def partitions_found(settings: KafkaSettings, *, patience: float = 10.0) -> dict[str, int]:
    """Count the partitions that the broker has, by speaker; 0 for a topic that is not there."""
    admin = await _connect(settings, patience)
    try:
        there = set(await admin.list_topics())
        wanted = [settings.topic(speaker) for speaker in SERVICES]
        described = await admin.describe_topics([topic for topic in wanted if topic in there])
        counts = {each["topic"]: len(each["partitions"]) for each in described}
        return {speaker: counts.get(settings.topic(speaker), 0) for speaker in SERVICES}
    finally:
        await admin.close()


async def _connect(settings: KafkaSettings, patience: float) -> AIOKafkaAdminClient:
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it would say each failed try itself
    deadline = monotonic() + patience
    while True:
        admin = AIOKafkaAdminClient(client_id="pulih-topics", **settings.client_options())
        try:
            await admin.start()
        except KafkaError:
            await admin.close()
            if monotonic() > deadline:
                raise
            await asyncio.sleep(0.5)
        else:
            return admin
