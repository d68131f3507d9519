"""Lets merges and splits, and what registration says of their workers afterwards, be handled in the order of the decisions.

A merge or a split comes in the partition of the worker who is merged, so what concerns the same person may come before it in
another partition. An `OrderedEvent` names the merges and splits that it follows. Until they are handled it is deferred, and so
is what registration says of its worker after it.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from shared.database.tables import DeferredEventRow, HandledMergeRow
from shared.database.unit_of_work import UnitOfWork
from shared.events import EVENTS, Event, OrderedEvent, WorkerErased, WorkerMerged, WorkerSplit, speaker_of, type_of

NUMBERED: Final = frozenset((type_of(WorkerMerged), type_of(WorkerSplit)))
"""The events that others follow."""


async def in_order(work: UnitOfWork, events: Sequence[Event]) -> Sequence[Event]:
    """Give the events whose turn it is, and defer the others. Deferred ones whose turn comes with these are given too."""
    if not any(map(is_ordered, events)) and not await work.rows("SELECT 1 FROM deferred_event LIMIT 1"):
        return events
    await work.take_turns()  # nobody else defers or handles one meanwhile
    found = await work.rows("SELECT type, data FROM deferred_event ORDER BY position")
    turn = _Turn([msgspec.convert(row.data, EVENTS[row.type]) for row in found])
    turn.handled = await _handled(work, [*events, *turn.deferred])
    kept, known = {event.envelope.position for event in turn.deferred}, set(turn.handled)
    for event in events:
        turn.take(event)
    left = {event.envelope.position for event in turn.deferred}
    if given := kept - left:
        await work.run("DELETE FROM deferred_event WHERE position = ANY(CAST(:given AS bigint[]))", given=sorted(given))
    await work.insert(
        DeferredEventRow, [_row_of(event) for event in turn.deferred if event.envelope.position not in kept]
    )
    await work.insert(HandledMergeRow, [{"number": number} for number in sorted(turn.handled - known)])
    return turn.given


class _Turn:
    """What is given in one transaction, and what stays deferred, in registration's order."""

    def __init__(self, deferred: list[Event]) -> None:
        self.deferred = deferred
        self.given: list[Event] = []
        self.handled: set[int] = set()

    def take(self, event: Event) -> None:
        """Give an event, and what was waiting for it; or defer it."""
        if self._waits(event):
            self.deferred.append(event)
            self.deferred.sort(key=_position)
            return
        self._give(event)
        while (now := self._first_ready()) is not None:
            self.deferred.remove(now)
            self._give(now)

    def _give(self, event: Event) -> None:
        if isinstance(event, WorkerMerged | WorkerSplit):
            if event.number in self.handled:
                return
            self.handled.add(event.number)
        self.given.append(event)

    def _first_ready(self) -> Event | None:
        return next((event for event in self.deferred if not self._waits(event)), None)

    def _waits(self, event: Event) -> bool:
        """Whether something comes before an event that is not handled: of the same worker, or one that it follows."""
        if speaker_of(type(event)) != "registration" or isinstance(event, WorkerErased):
            return False  # an erasure waits for nothing: it empties what is deferred, too (`shared/erasures.py`)
        if any(each.key == event.key and _position(each) < _position(event) for each in self.deferred):
            return True
        return isinstance(event, OrderedEvent) and not self.handled.issuperset(event.follows)


async def _handled(work: UnitOfWork, events: Sequence[Event]) -> set[int]:
    """Read which of the numbers were handled that events have or follow."""
    numbers = {event.number for event in events if isinstance(event, WorkerMerged | WorkerSplit)}
    follows = (event.follows for event in events if isinstance(event, OrderedEvent))
    found = await work.rows(
        "SELECT number FROM handled_merge WHERE number = ANY(CAST(:numbers AS bigint[]))",
        numbers=sorted(numbers.union(*follows)),
    )
    return {row.number for row in found}


def _position(event: Event) -> int:
    """Give the place of an event in registration's journal."""
    return event.envelope.position


def is_ordered(event: Event) -> bool:
    """Whether an event is a merge or a split, or follows one."""
    return isinstance(event, OrderedEvent) and (bool(event.follows) or isinstance(event, WorkerMerged | WorkerSplit))


def _row_of(event: Event) -> dict[str, object]:
    return {
        "position": event.envelope.position,
        "key": event.key,
        "type": type_of(type(event)),
        "data": msgspec.to_builtins(event),
    }
