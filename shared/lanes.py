"""How one journal is published: sent back to be said again, or halted while its topic grows and opened in more lanes.

A lane is a partition. Growing a topic moves keys to other partitions, so everything that was said must have been heard
before, nothing may be published meanwhile, and every listener's bookmarks must stand at the end of what was said. Each
step here is one transaction, can be done again, and leaves a state in which nothing can be lost, doubled or reordered.
"""

from collections.abc import Sequence
from typing import Any

from shared.problems import Refusal
from shared.relay import places_of
from shared.work import Database, Work

HALTING = -1
"""In `mark.until`: publish nothing; up to where is not known yet."""
PAGE = 5_000
_AT_THE_END = "(SELECT coalesce(max(position), 0) FROM journal)"


async def standing(work: Work, lock: str = "") -> Any:  # noqa: ANN401  a row
    """Give the mark: its position, the last of each lane, and where it must halt, if so."""
    return (await work.rows(f"SELECT position, lasts, until FROM mark WHERE id = 1 {lock}"))[0]


async def send_back(work: Work, position: int, partitions: int) -> int:
    """Have everything after a position said again; answers how many events that is at most. Listeners drop repeats.

    Each lane's first record must name the one before it, or a listener that missed something would not notice; so the
    last of each lane up to the position is looked for. Raises `Refusal` (409).
    """
    mark = await standing(work, "FOR UPDATE")
    if mark.until is not None:
        raise Refusal("Its publishing is halted while its topic grows: finish that first.", kind="halted", status=409)
    if position > mark.position:
        raise Refusal(f"It has published {mark.position:,} only.", kind="not-published", status=409)
    lasts = await _lasts_at(work, position, len(mark.lasts) or partitions)
    await work.run("UPDATE mark SET position = :position, lasts = :lasts WHERE id = 1", position=position, lasts=lasts)
    return int(mark.position - position)


async def halt(database: Database) -> None:
    """Let nothing be published beyond what is in the journal now, until `go_on`. What is said later waits there.

    In two transactions: a page that the relay read before it could see the first holds nothing that the second does
    not count.
    """
    async with database.work() as work:
        await work.run(f"UPDATE mark SET until = {HALTING} WHERE until IS NULL")
    async with database.work() as work:
        await work.run(f"UPDATE mark SET until = {_AT_THE_END} WHERE until = {HALTING}")


async def raise_bookmarks(work: Work, topic: str, position: int, lasts: Sequence[int], partitions: int) -> None:
    """Move this listener's bookmarks of all lanes, new ones too, to the end of what was said: `position`.

    Raises `Refusal` (409) while something up to the last of each lane is unheard.
    """
    found = await work.rows(
        "SELECT partition, position FROM bookmark WHERE topic = :topic ORDER BY partition FOR UPDATE", topic=topic
    )
    heard = {row.partition: row.position for row in found}
    behind = [lane for lane, last in enumerate(lasts) if heard.get(lane, 0) < last]
    if behind:
        raise Refusal(f"Not all of {topic} is heard yet: lanes {behind}.", kind="unheard", status=409)
    await work.run(
        "INSERT INTO bookmark (topic, partition, position, heard) "
        "SELECT :topic, lane, :position, 0 FROM generate_series(0, :partitions - 1) AS lane "
        "ON CONFLICT (topic, partition) DO UPDATE SET position = greatest(bookmark.position, excluded.position)",
        topic=topic,
        position=position,
        partitions=partitions,
    )


async def go_on(work: Work, partitions: int) -> None:
    """Publish on, in so many lanes. Raises `Refusal` (409) while something up to the halt is unpublished.

    In as many lanes as before nothing has changed, and it simply goes on.
    The first record of every lane will name the halt as the one before it: whoever's bookmarks were not raised sees a
    gap instead of taking it in. A relay that counts lanes as before no longer publishes: see `Relay`.
    """
    mark = await standing(work, "FOR UPDATE")
    if len(mark.lasts) == partitions:
        await work.run("UPDATE mark SET until = NULL WHERE id = 1")
        return
    if mark.until != mark.position:
        raise Refusal("It is not halted, or not all is published up to the halt.", kind="not-halted", status=409)
    lasts = [mark.position] * partitions
    await work.run("UPDATE mark SET lasts = :lasts, until = NULL WHERE id = 1", lasts=lasts)


async def _lasts_at(work: Work, position: int, partitions: int) -> list[int]:
    lasts = [0] * partitions
    before = position + 1
    while before > 1 and not all(lasts):
        page = await work.rows(
            "SELECT position, key FROM journal WHERE position < :before ORDER BY position DESC LIMIT :page",
            before=before,
            page=PAGE,
        )
        for row, (_, lane) in zip(page, places_of([row.key for row in page], partitions), strict=True):
            lasts[lane] = lasts[lane] or row.position
        before = page[-1].position if page else 0
    return lasts
