"""How far a service has heard each partition: the memory that makes a repeated event harmless."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from shared.faults import Halted
from shared.work import Work


class Place(NamedTuple):
    """One partition of one speaker's topic."""

    topic: str
    partition: int


async def open_for(work: Work, topics: Iterable[str], partitions: int) -> None:
    """Make sure that every partition of every topic heard has its bookmark."""
    places = [(topic, partition) for topic in sorted(topics) for partition in range(partitions)]
    await work.run(
        "INSERT INTO bookmark (topic, partition, position, heard) "
        "SELECT topic, partition, 0, 0 FROM unnest(CAST(:topics AS text[]), CAST(:partitions AS int[])) "
        "AS r(topic, partition) ON CONFLICT DO NOTHING",
        topics=[topic for topic, _ in places],
        partitions=[partition for _, partition in places],
    )


async def lock(work: Work, places: Iterable[Place]) -> dict[Place, int]:
    """Take the bookmarks of these partitions, in a fixed order, before any state is read.

    Two members of a group who both believe that they own a partition take turns here. Raises `Halted` for a
    partition that has no bookmark: the topic has more partitions than `PULIH_PARTITIONS` declares.
    """
    wanted = sorted(set(places))
    found = await work.rows(
        "SELECT topic, partition, position FROM bookmark WHERE (topic, partition) IN "
        "(SELECT * FROM unnest(CAST(:topics AS text[]), CAST(:partitions AS int[]))) "
        "ORDER BY topic, partition FOR UPDATE",
        topics=[place.topic for place in wanted],
        partitions=[place.partition for place in wanted],
    )
    positions = {Place(row.topic, row.partition): int(row.position) for row in found}
    for place in wanted:
        if place not in positions:
            raise Halted(f"{place.topic} has a partition {place.partition} that PULIH_PARTITIONS does not declare")
    return positions


async def move(work: Work, positions: Mapping[Place, int], heard: Mapping[Place, int]) -> None:
    """Move the bookmarks to these positions; `heard` is how many events each took in on the way."""
    places = sorted(positions)
    await work.run(
        "UPDATE bookmark AS b SET position = r.position, heard = b.heard + r.heard FROM unnest("
        "CAST(:topics AS text[]), CAST(:partitions AS int[]), CAST(:positions AS bigint[]), CAST(:heard AS bigint[])"
        ") AS r(topic, partition, position, heard) WHERE b.topic = r.topic AND b.partition = r.partition",
        topics=[place.topic for place in places],
        partitions=[place.partition for place in places],
        positions=[positions[place] for place in places],
        heard=[heard.get(place, 0) for place in places],
    )


async def read(work: Work) -> dict[Place, tuple[int, int]]:
    """Give every bookmark: its position and how many events were taken in."""
    found = await work.rows("SELECT topic, partition, position, heard FROM bookmark ORDER BY topic, partition")
    return {Place(row.topic, row.partition): (int(row.position), int(row.heard)) for row in found}
