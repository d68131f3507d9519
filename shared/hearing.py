"""How a batch is taken in: bookmark, state and journal in one transaction, and a bad event stops nobody."""

import asyncio
import logging
import traceback
from collections.abc import Sequence
from contextlib import suppress
from time import perf_counter

from shared import bookmarks, dead_letters, metrics, records, tracing
from shared.bookmarks import Place
from shared.faults import will_pass
from shared.handlers import Handlers
from shared.records import Entry, Record
from shared.work import Database

log = logging.getLogger(__name__)

SLICE = 100
"""Records read in one go: half a millisecond."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds between two tries while a fault lasts."""


class Interrupted(Exception):
    """The service stops while a fault lasts; the batch was not taken in and will be delivered again."""


class Hearing:
    """One service's ear: takes records in, in order within each partition, each event once."""

    def __init__(self, database: Database, handlers: Handlers, *, prefix: str = "") -> None:
        self.database = database
        self.handlers = handlers
        self.prefix = prefix
        self.stopping = asyncio.Event()
        self.trouble: str | None = None
        """Why nothing is taken in at this moment, if so."""
        self.writing = asyncio.Event()
        """Set while nothing is in hand, and once what is in hand has come to be written down."""
        self.writing.set()
        self.gaps: dict[Place, int] = {}
        """Partitions in which something is missing, and after which position."""
        self._places: dict[tuple[str, int], Place] = {}

    async def take_in(self, batch: Sequence[Record]) -> None:
        """Take in a batch, whatever it holds. Returns when it is committed; raises only `Interrupted`."""
        await self.settle(await self.read(batch))

    async def read(self, batch: Sequence[Record]) -> list[Entry]:
        """Read a batch, whatever it holds; a slice at a time, so that nobody who has an answer meanwhile waits long."""
        wanted = self.handlers.types
        entries: list[Entry] = []
        for start in range(0, len(batch), SLICE):
            entries += [records.read(record, wanted) for record in batch[start : start + SLICE]]
            await asyncio.sleep(0)
        return entries

    async def settle(self, entries: list[Entry]) -> None:
        """Take in what was read: try all; where that raises, the halves, down to the one entry that is to blame."""
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
        """Wait for as long as a passing fault lasts."""
        pause = FIRST_PAUSE
        while True:
            try:
                await self._commit(entries)
            except Exception as fault:
                if not will_pass(fault):
                    raise
                self.trouble = f"{type(fault).__name__}: {_without_values(fault)}"
                log.warning("a batch waits for a fault to pass", extra={"fault": self.trouble, "pause": pause})
            else:
                self.trouble = None
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), pause)
                raise Interrupted
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _commit(self, entries: list[Entry]) -> None:
        began = perf_counter()
        buried_anew: list[Entry] = []
        async with self.database.work() as work:
            work.on_writing = self.writing.set
            places = [self._place(entry.record) for entry in entries]
            marks = await bookmarks.lock(work, places)
            fresh, buried, moved, heard = self._judge(entries, places, marks)
            events = [entry.event for entry in fresh if entry.event is not None]
            with tracing.hearing(events) as work.traces:
                await self.handlers.answer(events, work)
            if buried:
                buried_anew = await dead_letters.bury(work, buried)
            if moved:
                await bookmarks.move(work, moved, heard)
        metrics.HANDLING_SECONDS.observe(perf_counter() - began)
        metrics.count(metrics.HEARD, (entry.type for entry in fresh))
        metrics.count(metrics.DEAD_LETTERED, (entry.type for entry in buried_anew))
        metrics.REPEATED.inc(max(0, len(entries) - len(fresh) - len(buried)))

    def _judge(
        self, entries: list[Entry], places: list[Place], marks: dict[Place, int]
    ) -> tuple[list[Entry], list[Entry], dict[Place, int], dict[Place, int]]:
        """Tell what is new from repeats, from what cannot be read, and from what comes after a gap."""
        fresh: list[Entry] = []
        buried: list[Entry] = []
        moved: dict[Place, int] = {}
        heard: dict[Place, int] = {}
        for entry, place in zip(entries, places, strict=True):
            mark = moved.get(place, marks[place])
            if entry.reason is not None:
                buried.append(entry)
            if entry.position is None or entry.position <= mark:
                continue
            if entry.previous > mark:
                # something between was never delivered here; taking this one in would lose it for good
                if self.gaps.get(place) != mark:
                    log.error("a gap: events are missing", extra={"place": list(place), "after": mark})
                self.gaps[place] = mark
                if entry.reason is not None:
                    buried.pop()
                continue
            self.gaps.pop(place, None)
            moved[place] = entry.position
            heard[place] = heard.get(place, 0) + 1
            if entry.reason is None:
                fresh.append(entry)
        return fresh, buried, moved, heard

    def _place(self, record: Record) -> Place:
        where = record.topic, record.partition
        if where not in self._places:
            self._places[where] = Place(record.topic.removeprefix(self.prefix), record.partition)
        return self._places[where]


def _without_values(fault: BaseException) -> str:
    """Say what went wrong without the values: a database's DETAIL line may quote what a row holds."""
    return str(fault).split("\n", 1)[0].split("DETAIL:", 1)[0][:300]
