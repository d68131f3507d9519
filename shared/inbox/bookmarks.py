"""Bookmarks: how far a service has consumed each partition, kept with its state.

A bookmark is a consumer position in the service's own database, moved in the transaction that takes the events in. It
does for an idempotent consumer what an inbox table does, in one row for each partition: what is at or before it is a
repeat.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from shared.database.unit_of_work import UnitOfWork
from shared.faults import Misconfigured
from shared.kafka.records import Said, TopicPartition

Reached = tuple[int, Said | None]
"""The position of the last event that was taken in from a partition, and that event; None where its id says nothing."""


async def open_for(work: UnitOfWork, topics: Iterable[str], partitions: int) -> None:
    """Make sure that every partition of every topic heard has its bookmark."""
    wanted = [(topic, partition) for topic in sorted(topics) for partition in range(partitions)]
    await work.run(
        "INSERT INTO bookmark (topic, partition, position, heard) "
        "SELECT topic, partition, 0, 0 FROM unnest(CAST(:topics AS text[]), CAST(:partitions AS int[])) "
        "AS r(topic, partition) ON CONFLICT DO NOTHING",
        topics=[topic for topic, _ in wanted],
        partitions=[partition for _, partition in wanted],
    )


async def lock(work: UnitOfWork, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
    """Lock the bookmarks of these partitions in a fixed order, before any state is read, and give their positions.

    Two members of a group that both believe that they own a partition take turns here. Raises `Misconfigured` for a
    partition that has no bookmark: the topic has more partitions than `PULIH_PARTITIONS` declares.
    """
    wanted = sorted(set(partitions))
    found = await work.rows(
        "SELECT topic, partition, position FROM bookmark WHERE (topic, partition) IN "
        "(SELECT * FROM unnest(CAST(:topics AS text[]), CAST(:partitions AS int[]))) "
        "ORDER BY topic, partition FOR UPDATE",
        topics=[each.topic for each in wanted],
        partitions=[each.partition for each in wanted],
    )
    positions = {TopicPartition(row.topic, row.partition): int(row.position) for row in found}
    for place in wanted:
        if place not in positions:
            raise Misconfigured(
                f"{place.topic} has a partition {place.partition} that PULIH_PARTITIONS does not declare"
            )
    return positions


async def move(
    work: UnitOfWork, reached: Mapping[TopicPartition, Reached], heard: Mapping[TopicPartition, int]
) -> None:
    """Move bookmarks to these events; `heard` is how many were taken in on the way."""
    moved = sorted(reached)
    await work.run(
        "UPDATE bookmark AS b SET position = r.position, last_id = r.id, heard = b.heard + r.heard FROM unnest("
        "CAST(:topics AS text[]), CAST(:partitions AS int[]), CAST(:positions AS bigint[]), CAST(:ids AS uuid[]), "
        "CAST(:heard AS bigint[])) AS r(topic, partition, position, id, heard) "
        "WHERE b.topic = r.topic AND b.partition = r.partition",
        topics=[each.topic for each in moved],
        partitions=[each.partition for each in moved],
        positions=[reached[each][0] for each in moved],
        ids=[said.id if (said := reached[each][1]) else None for each in moved],
        heard=[heard.get(each, 0) for each in moved],
    )


async def read(work: UnitOfWork) -> dict[TopicPartition, tuple[int, int]]:
    """Read every bookmark: its position and how many events were taken in."""
    found = await work.rows("SELECT topic, partition, position, heard FROM bookmark ORDER BY topic, partition")
    return {TopicPartition(row.topic, row.partition): (int(row.position), int(row.heard)) for row in found}


async def last_heard(work: UnitOfWork, topic: str) -> dict[int, tuple[int, UUID | None]]:
    """Read the last event taken in from each partition of a topic: its position and its id, None where no id was kept."""
    found = await work.rows("SELECT partition, position, last_id FROM bookmark WHERE topic = :topic", topic=topic)
    return {row.partition: (row.position, row.last_id) for row in found}
