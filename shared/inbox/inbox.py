"""The inbox: takes a batch in with bookmark, state and journal in one transaction (an idempotent consumer).

A bad event becomes a dead letter and stops nobody.
"""

import asyncio
import logging
import traceback
from collections.abc import Sequence
from contextlib import suppress
from time import perf_counter

from shared.backoff import Backoff
from shared.database.unit_of_work import Database
from shared.faults import will_pass
from shared.inbox import bookmarks, dead_letters
from shared.inbox.bookmarks import Reached
from shared.inbox.handlers import Handlers
from shared.kafka import records
from shared.kafka.records import Entry, Record, TopicPartition
from shared.outbox.history import History
from shared.telemetry import metrics, tracing

log = logging.getLogger(__name__)

SLICE = 100
"""Records read in one go: half a millisecond."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds between two tries while a fault lasts."""


class Interrupted(Exception):
    """The service stops while a fault lasts; the batch was not taken in and will be delivered again."""


class Inbox:
    """Takes one service's records in: in order within each partition, each event once."""

    def __init__(
        self, database: Database, handlers: Handlers, *, prefix: str = "", history: History | None = None
    ) -> None:
        """`history` is what says whether the database is whole, before anything is taken in."""
        self.database = database
        self.handlers = handlers
        self.prefix = prefix
        self.history = history
        self.stopping = asyncio.Event()
        self.trouble: str | None = None
        """Why nothing is taken in at this moment, if so."""
        self.writing = asyncio.Event()
        """Set while no batch is being taken in, and from when the current batch's rows are being written."""
        self.writing.set()
        self.gaps: dict[TopicPartition, int] = {}
        """Partitions in which an event is missing, and the position after which it is missing."""
        self.reached: dict[TopicPartition, int] = {}
        """How far each partition is taken in, as far as this process has seen."""
        self._partitions: dict[tuple[str, int], TopicPartition] = {}

    async def take_in(self, batch: Sequence[Record]) -> None:
        """Take in a batch, whatever it holds. Returns when it is committed; raises only `Interrupted`."""
        await self.settle(await self.read(batch))

    async def read(self, batch: Sequence[Record]) -> list[Entry]:
        """Read a batch, whatever it holds; a slice at a time, so that other tasks are not held up."""
        wanted = self.handlers.types
        entries: list[Entry] = []
        for start in range(0, len(batch), SLICE):
            entries += [records.read(record, wanted) for record in batch[start : start + SLICE]]
            await asyncio.sleep(0)
        return entries

    async def settle(self, entries: list[Entry]) -> None:
        """Take in what was read: all of it; where that raises, the halves, down to the one bad entry."""
        fault = await self._fault_of(entries)
        if fault is None:
            return
        if len(entries) > 1:
            middle = len(entries) // 2
            await self.settle(entries[:middle])
            await self.settle(entries[middle:])
            return
        (bad,) = entries
        bad.event, bad.reason = None, f"{type(fault).__name__}: {_without_values(fault)}"
        where = "".join(traceback.format_tb(fault.__traceback__))  # the frames alone: a message may quote a row
        log.error(
            "an event is buried",
            extra={"event_type": bad.type, "position": bad.position, "reason": bad.reason, "where": where},
        )
        await self._patiently(entries)

    async def _fault_of(self, entries: list[Entry]) -> Exception | None:
        try:
            await self._patiently(entries)
        except Interrupted:
            raise
        except Exception as fault:
            return fault
        return None

    async def _patiently(self, entries: list[Entry]) -> None:
        """Commit, and try again for as long as a passing fault lasts."""
        backoff = Backoff(FIRST_PAUSE, LONGEST_PAUSE)
        while True:
            try:
                await self._commit(entries)
            except Exception as fault:
                if not will_pass(fault):
                    raise
                pause = backoff.next()
                self.trouble = f"{type(fault).__name__}: {_without_values(fault)}"
                log.warning("a batch waits for a fault to pass", extra={"fault": self.trouble, "pause": pause})
            else:
                self.trouble = None
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), pause)
                raise Interrupted

    async def _commit(self, entries: list[Entry]) -> None:
        began = perf_counter()
        buried_anew: list[Entry] = []
        async with self.database.work() as work:
            if self.history:
                await self.history.assure(work)
            work.on_writing = self.writing.set
            partitions = [self._partition_of(entry.record) for entry in entries]
            positions = await bookmarks.lock(work, partitions)
            fresh, buried, moved, heard = self._judge(entries, partitions, positions)
            events = [entry.event for entry in fresh if entry.event is not None]
            with tracing.consuming(events) as work.traces:
                await self.handlers.handle(events, work)
            if buried:
                buried_anew = await dead_letters.bury(work, buried)
            if moved:
                await bookmarks.move(work, moved, heard)
        self.reached |= {partition: position for partition, (position, _) in moved.items()}
        metrics.HANDLING_SECONDS.observe(perf_counter() - began)
        metrics.count(metrics.HEARD, (entry.type for entry in fresh))
        metrics.count(metrics.DEAD_LETTERED, (entry.type for entry in buried_anew))
        metrics.REPEATED.inc(max(0, len(entries) - len(fresh) - len(buried)))

    def _judge(
        self, entries: list[Entry], partitions: list[TopicPartition], positions: dict[TopicPartition, int]
    ) -> tuple[list[Entry], list[Entry], dict[TopicPartition, Reached], dict[TopicPartition, int]]:
        """Tell new events from repeats, from unreadable records, and from what comes after a gap.

        Gives the new entries, the entries to bury, each partition's new bookmark, and how many events moved it.
        """
        fresh: list[Entry] = []
        buried: list[Entry] = []
        moved: dict[TopicPartition, int] = {}
        last: dict[TopicPartition, Entry] = {}
        heard: dict[TopicPartition, int] = {}
        for entry, partition in zip(entries, partitions, strict=True):
            bookmark = moved.get(partition, positions[partition])
            if entry.reason is not None:
                buried.append(entry)
            if entry.position is None or entry.position <= bookmark:
                continue
            if entry.previous > bookmark:
                # something between was never delivered here; taking this one in would lose it for good
                if self.gaps.get(partition) != bookmark:
                    log.error("a gap: events are missing", extra={"partition": list(partition), "after": bookmark})
                self.gaps[partition] = bookmark
                if entry.reason is not None:
                    buried.pop()
                continue
            self.gaps.pop(partition, None)
            moved[partition], last[partition] = entry.position, entry
            heard[partition] = heard.get(partition, 0) + 1
            if entry.reason is None:
                fresh.append(entry)
        reached = {partition: (position, last[partition].said) for partition, position in moved.items()}
        return fresh, buried, reached, heard

    def _partition_of(self, record: Record) -> TopicPartition:
        """Name a record's partition by the topic's name without its prefix."""
        where = record.topic, record.partition
        if where not in self._partitions:
            self._partitions[where] = TopicPartition(record.topic.removeprefix(self.prefix), record.partition)
        return self._partitions[where]


def _without_values(fault: BaseException) -> str:
    """Say what went wrong without the values: a database's DETAIL line may quote a row."""
    return str(fault).split("\n", 1)[0].split("DETAIL:", 1)[0][:300]
