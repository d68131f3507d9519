"""Repartitioning and replay: the steps by which an operator moves the relay's cursor.

Growing a topic moves keys to other partitions. So everything that was said must be consumed first, nothing may be
published meanwhile, and every listener's bookmarks must be at the end of what was said. Each step here is one
transaction, can be done again, and leaves a state in which nothing can be lost, doubled or reordered.
"""

from collections.abc import Sequence
from typing import Any

from shared.database.unit_of_work import Database, UnitOfWork
from shared.kafka.murmur import partitioned
from shared.refusals import Refusal

HALTING = -1
"""In `cursor.halt_at`: publish nothing; where to halt is not known yet."""
PAGE = 5_000
_AT_THE_END = "(SELECT coalesce(max(position), 0) FROM journal)"


async def _lock_cursor(work: UnitOfWork) -> Any:  # noqa: ANN401  a row
    return (await work.rows("SELECT position, last_by_partition, halt_at FROM cursor WHERE id = 1 FOR UPDATE"))[0]


async def send_back(work: UnitOfWork, position: int, partitions: int) -> int:
    """Publish everything after a position again; gives how many events that is at most. Listeners drop repeats.

    Each partition's first record must name the one before it, or a listener that missed something would not notice; so
    this looks for the last position of each partition. Raises `Refusal` (409).
    """
    cursor = await _lock_cursor(work)
    if cursor.halt_at is not None:
        raise Refusal("Its publishing is halted while its topic grows: finish that first.", kind="halted", status=409)
    if position > cursor.position:
        raise Refusal(f"It has published {cursor.position:,} only.", kind="not-published", status=409)
    last_by_partition = await _last_by_partition_at(work, position, len(cursor.last_by_partition) or partitions)
    await work.run(
        "UPDATE cursor SET position = :position, last_by_partition = :last_by_partition WHERE id = 1",
        position=position,
        last_by_partition=last_by_partition,
    )
    return int(cursor.position - position)


async def halt(database: Database) -> None:
    """Publish nothing beyond what is in the journal now, until `go_on`. Later events wait in the journal.

    Two transactions: a page that the relay read before it could see the first holds nothing that the second does not
    count.
    """
    async with database.work() as work:
        await work.run(f"UPDATE cursor SET halt_at = {HALTING} WHERE halt_at IS NULL")
    async with database.work() as work:
        await work.run(f"UPDATE cursor SET halt_at = {_AT_THE_END} WHERE halt_at = {HALTING}")


async def raise_bookmarks(
    work: UnitOfWork, topic: str, position: int, last_by_partition: Sequence[int], partitions: int
) -> None:
    """Move this listener's bookmarks of all partitions, new ones too, to the end of what was said: `position`.

    Raises `Refusal` (409) while an event up to the last of each partition is not consumed.
    """
    found = await work.rows(
        "SELECT partition, position FROM bookmark WHERE topic = :topic ORDER BY partition FOR UPDATE", topic=topic
    )
    bookmarks = {row.partition: row.position for row in found}
    behind = [partition for partition, last in enumerate(last_by_partition) if bookmarks.get(partition, 0) < last]
    if behind:
        raise Refusal(f"Not all of {topic} is heard yet: partitions {behind}.", kind="unheard", status=409)
    await work.run(
        "INSERT INTO bookmark (topic, partition, position, heard) "
        "SELECT :topic, partition, :position, 0 FROM generate_series(0, :partitions - 1) AS partition "
        "ON CONFLICT (topic, partition) DO UPDATE SET position = greatest(bookmark.position, excluded.position), "
        "last_id = CASE WHEN bookmark.position >= excluded.position THEN bookmark.last_id END",
        topic=topic,
        position=position,
        partitions=partitions,
    )


async def go_on(work: UnitOfWork, partitions: int) -> None:
    """Publish again, to this many partitions. Raises `Refusal` (409) while an event up to the halt is unpublished.

    With the same number as before nothing else changes. With another, the first record of every partition will name the
    halt as the one before it: a listener whose bookmarks were not raised sees a gap instead of taking the record in. A
    relay that is set to the old number publishes nothing (see `Relay`).
    """
    cursor = await _lock_cursor(work)
    if len(cursor.last_by_partition) == partitions:
        await work.run("UPDATE cursor SET halt_at = NULL WHERE id = 1")
        return
    if cursor.halt_at != cursor.position:
        raise Refusal("It is not halted, or not all is published up to the halt.", kind="not-halted", status=409)
    await work.run(
        "UPDATE cursor SET last_by_partition = :last_by_partition, halt_at = NULL WHERE id = 1",
        last_by_partition=[cursor.position] * partitions,
    )


async def _last_by_partition_at(work: UnitOfWork, position: int, partitions: int) -> list[int]:
    last_by_partition = [0] * partitions
    before = position + 1
    while before > 1 and not all(last_by_partition):
        page = await work.rows(
            "SELECT position, key FROM journal WHERE position < :before ORDER BY position DESC LIMIT :page",
            before=before,
            page=PAGE,
        )
        for row, (_, partition) in zip(page, partitioned([row.key for row in page], partitions), strict=True):
            last_by_partition[partition] = last_by_partition[partition] or row.position
        before = page[-1].position if page else 0
    return last_by_partition
