"""The end of a topic: what its speaker said last in each partition, and what a group of listeners took in last."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from shared.kafka import records
from shared.kafka.records import Published, Said
from shared.kafka.settings import KafkaSettings

LOOK = 200
"""Records read from the end of a partition at first; ten times as many where none of them is the speaker's."""
ANSWER_SECONDS = 12
"""Shorter than the relay's session may be idle."""
PAGE = 5_000
"""Records of a page."""


async def last_said(settings: KafkaSettings, topic: str) -> dict[int, Said]:
    """Give the event with the highest position near the end of each partition; a partition without any is left out.

    Records that somebody else wrote are passed over. Raises `KafkaError` or `TimeoutError` where the broker does not answer.
    """
    consumer = _consumer(settings, topic)
    async with asyncio.timeout(ANSWER_SECONDS):
        try:
            await consumer.start()
            partitions = sorted(consumer.assignment())  # without a group these are all
            first, end = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
            found = {each: await _last_of(consumer, each, first[each], end[each]) for each in partitions}
        finally:
            await consumer.stop()
    return {each.partition: said for each, said in found.items() if said is not None}


async def last_committed(
    settings: KafkaSettings, group: str, topics: Sequence[str]
) -> dict[records.TopicPartition, Said]:
    """Give the event with the highest position shortly before the offset that a group has committed, for each partition that has one.

    Raises `KafkaError` or `TimeoutError` where the broker does not answer.
    """
    reader, member = _consumer(settings, *topics), _consumer(settings, group_id=group)
    found: dict[records.TopicPartition, Said] = {}
    async with asyncio.timeout(ANSWER_SECONDS):
        try:
            await reader.start()
            await member.start()
            partitions = sorted(reader.assignment())
            first, end = await reader.beginning_offsets(partitions), await reader.end_offsets(partitions)
            for each in partitions:
                offset = await member.committed(each)
                said = await _last_of(reader, each, first[each], min(offset or 0, end[each]))
                if said is not None:
                    found[records.TopicPartition(each.topic, each.partition)] = said
        finally:
            await reader.stop()
            await member.stop()
    return found


async def all_published(settings: KafkaSettings, topic: str) -> AsyncIterator[list[Published]]:
    """Read all that a speaker's topic still holds, partition by partition, a page at a time.

    Records that somebody else wrote are passed over. Raises `KafkaError` or `TimeoutError` where the broker does not answer.
    """
    consumer = _consumer(settings, topic)
    try:
        await asyncio.wait_for(consumer.start(), ANSWER_SECONDS)
        partitions = sorted(consumer.assignment())
        first, end = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
        for each in partitions:
            for start in range(first[each], end[each], PAGE):
                read = _read(consumer, each, start, min(start + PAGE, end[each]))
                page = await asyncio.wait_for(read, ANSWER_SECONDS)
                yield [row for row in map(records.published_in, page) if row]
    finally:
        await consumer.stop()


def _consumer(settings: KafkaSettings, *topics: str, group_id: str | None = None) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        *topics,
        **settings.client_options(),
        group_id=group_id,
        enable_auto_commit=False,
        fetch_max_wait_ms=50,
        client_id="pulih-tail",
    )


async def _last_of(consumer: AIOKafkaConsumer, partition: TopicPartition, first: int, end: int) -> Said | None:
    look = LOOK
    while first < end:
        start = max(first, end - look)
        said = [each for each in map(records.said_in, await _read(consumer, partition, start, end)) if each]
        if said:
            return max(said)
        end, look = start, look * 10
    return None


async def _read(
    consumer: AIOKafkaConsumer, partition: TopicPartition, start: int, end: int
) -> Iterable[ConsumerRecord]:
    """Read the records of a partition from one offset to another."""
    consumer.seek(partition, start)
    found: list[ConsumerRecord] = []
    while await consumer.position(partition) < end:
        found += (await consumer.getmany(partition, timeout_ms=1_000)).get(partition, ())
    return [each for each in found if each.offset < end]
