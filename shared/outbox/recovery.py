"""Recovery: a journal whose database went back in time gets its events back from the topic, and what it said since goes behind them.

After it the journal has what others have of it, at the same positions and under the same ids, and no position is used twice. What those
events say of workers, courses and vacancies is not in the service's tables by this.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Row

from shared.database.locks import JOURNAL_LOCK
from shared.database.tables import RestorationRow
from shared.database.unit_of_work import Database, UnitOfWork
from shared.erasures import BLANK
from shared.kafka import tail
from shared.kafka.records import Published, Said
from shared.outbox import repartitioning
from shared.outbox.history import Ask, Heard, is_known, known
from shared.refusals import Refusal
from shared.settings import Settings

_TAKE_OUT: Final = """
DELETE FROM journal WHERE position >= :first AND position <> ALL(CAST(:kept AS bigint[]))
RETURNING position, id, type, key, time, CAST(data AS text) AS data, trace
"""
_PUT: Final = """
INSERT INTO journal (position, id, type, key, time, data, trace) OVERRIDING SYSTEM VALUE
SELECT position, id, type, key, time, CAST(data AS json), trace FROM unnest(CAST(:positions AS bigint[]), CAST(:ids AS uuid[]),
    CAST(:types AS text[]), CAST(:keys AS uuid[]), CAST(:times AS timestamptz[]), CAST(:data AS text[]), CAST(:traces AS text[]))
    AS r(position, id, type, key, time, data, trace)
"""
_BLANK_ERASED: Final = (
    f"UPDATE journal SET data = {BLANK} WHERE position BETWEEN :first AND :last AND key IN (SELECT worker FROM erased)"
)
_GO_ON: Final = (
    "UPDATE cursor SET position = :position, last_by_partition = CAST(:ends AS bigint[]), halt_at = NULL WHERE id = 1"
)
_NUMBER_ON: Final = "SELECT setval(pg_get_serial_sequence('journal', 'position'), :last)"


class Recovered(NamedTuple):
    """What a recovery came to. Between the positions `first` and `last` the journal lacked events."""

    first: int
    last: int
    taken_back: int
    """Events that the topic still had."""
    renumbered: int
    """Events of the time since, which nobody has heard: they wait behind `last`."""
    unknown: Sequence[Heard]
    """The last events of listeners that neither the journal nor the topic has."""
    forgotten: Mapping[int, int]
    """By partition, the position up to which the topic has forgotten what the journal lacks."""


@dataclass
class _Topic:
    """What the topic has, beside the journal."""

    lacking: dict[int, Published] = field(default_factory=dict)
    """What the journal has not, by position."""
    agreed: list[int] = field(default_factory=list)
    """The positions of what both have."""
    ends: dict[int, int] = field(default_factory=dict)
    """The last position of each partition that holds any."""

    def has(self, said: Said) -> bool:
        found = self.lacking.get(said.position)
        return found is not None and found.id == said.id


async def recover(database: Database, settings: Settings, service: str, ask: Ask | None) -> Recovered:
    """Give the journal what its topic has and it has not, and number what was said since behind that. The relay must not lead.

    Raises `Refusal` (409) where nothing lacks; `KafkaError`, `TimeoutError` or `ListenerAway` where somebody does not answer.
    """
    topic = await _compare(database, settings, settings.topic(service))
    heard = list(await ask()) if ask else []
    async with database.work(patiently=True) as work:
        await work.run(f"SELECT pg_advisory_xact_lock({JOURNAL_LOCK})")
        (cursor,) = await work.rows("SELECT position, last_by_partition FROM cursor WHERE id = 1 FOR UPDATE")
        found = await known(work, [each.said.position for each in heard])
        both = [*topic.agreed, *(each.said.position for each in heard if each.said in found)]
        unknown = [each for each in heard if not is_known(each.said, found) and not topic.has(each.said)]
        if not topic.lacking and not unknown:
            raise Refusal("Its journal has everything that others have of it.", kind="is-whole", status=409)
        forgotten = await _forgotten(work, topic)
        first = min(topic.lacking, default=max([cursor.position, *both]) + 1)
        last = max([*topic.lacking, *both, *(each.said.position for each in heard)])
        kept = [position for position in both if position >= first]
        waiting = sorted(await work.rows(_TAKE_OUT, first=first, kept=kept), key=lambda row: row.position)
        await _put(work, topic.lacking.keys(), topic.lacking.values())
        await work.run(_BLANK_ERASED, first=first, last=last)
        await _put(work, range(last + 1, last + 1 + len(waiting)), waiting)
        await work.rows(_NUMBER_ON, last=last + len(waiting))
        await _go_on(work, settings.partitions, topic, heard, last, list(cursor.last_by_partition))
        recovered = Recovered(first, last, len(topic.lacking), len(waiting), unknown, forgotten)
        await work.insert(
            RestorationRow,
            [
                {
                    "first": first,
                    "last": last,
                    "at": datetime.now(UTC),
                    "taken_back": recovered.taken_back,
                    "gone": [each.said.id for each in unknown],
                }
            ],
        )
    return recovered


async def _compare(database: Database, settings: Settings, topic: str) -> _Topic:
    found = _Topic()
    async for page in tail.all_published(settings, topic):
        async with database.work() as work:
            there = await known(work, [row.position for row in page])
        for row in page:
            found.ends[row.partition] = max(row.position, found.ends.get(row.partition, 0))
            if (row.position, row.id) in there:
                found.agreed.append(row.position)
            else:
                found.lacking[row.position] = row
    return found


async def _forgotten(work: UnitOfWork, topic: _Topic) -> dict[int, int]:
    """Where is the event before the first that lacks neither in the journal nor on the topic?"""
    before: dict[int, int] = {}
    for _, row in sorted(topic.lacking.items()):
        before.setdefault(row.partition, row.previous)
    there = {position for position, _ in await known(work, before.values())}
    return {n: position for n, position in before.items() if position and position not in there}


async def _put(work: UnitOfWork, positions: Iterable[int], rows: Iterable[Published | Row[Any]]) -> None:
    entries = list(rows)
    if entries:
        await work.run(
            _PUT,
            positions=list(positions),
            ids=[row.id for row in entries],
            types=[row.type for row in entries],
            keys=[row.key for row in entries],
            times=[row.time for row in entries],
            data=[row.data for row in entries],
            traces=[row.trace for row in entries],
        )


async def _go_on(
    work: UnitOfWork, partitions: int, topic: _Topic, heard: Sequence[Heard], last: int, before: Sequence[int]
) -> None:
    """Publish from behind what others have; where the topic has lost a partition, from behind what the slowest listener has."""
    slowest = {
        partition: min(each.said.position for each in heard if each.partition == partition)
        for partition in {each.partition for each in heard} - topic.ends.keys()
    }
    ends = [topic.ends.get(n, slowest.get(n, before[n] if n < len(before) else 0)) for n in range(partitions)]
    await work.run(_GO_ON, position=last, ends=ends)
    if slowest and min(slowest.values()) < last:
        await repartitioning.send_back(work, min(slowest.values()), partitions)
