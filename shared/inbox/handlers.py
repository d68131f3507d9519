"""Event handlers: which function handles which event, and in what order the events of a batch are handled."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from shared.database.unit_of_work import UnitOfWork
from shared.events import Event, WorkerMerged, WorkerSplit, type_of
from shared.inbox.order import NUMBERED, in_order, is_ordered

E = TypeVar("E", bound=Event)
Handler = Callable[[list[Any], UnitOfWork], Awaitable[None]]


class Handlers:
    """The handlers of one service: at most one function for each type of event."""

    def __init__(self) -> None:
        self._by_type: dict[str, Handler] = {}

    def on(
        self, *kinds: type[E]
    ) -> Callable[[Callable[[list[E], UnitOfWork], Awaitable[None]]], Callable[[list[E], UnitOfWork], Awaitable[None]]]:
        """Let a function handle these events. It is called with a list of events of one type and the open unit of work."""

        def register(
            handler: Callable[[list[E], UnitOfWork], Awaitable[None]],
        ) -> Callable[[list[E], UnitOfWork], Awaitable[None]]:
            for kind in kinds:
                if type_of(kind) in self._by_type:
                    raise TypeError(f"{kind.__name__} has two handlers")
                self._by_type[type_of(kind)] = handler
            return handler

        return register

    @property
    def types(self) -> frozenset[str]:
        """The CloudEvents types that are handled."""
        return frozenset(self._by_type)

    async def handle(self, events: Iterable[Event], work: UnitOfWork) -> None:
        """Handle events in order, each run of one type by one call. Those that follow one that is missing are deferred."""
        heard: Sequence[Event] = list(events)
        if not self._by_type.keys().isdisjoint(NUMBERED):
            heard = await in_order(work, heard)
        for run in runs(heard):
            await self._by_type[type_of(type(run[0]))](run, work)


def runs(events: Iterable[Event]) -> list[list[Event]]:
    """Cut events into runs of one type, so that no event overtakes another of the same worker, or one that it follows.

    An event joins the latest run of its type unless another event with its key comes after that run. What follows a merge or a split,
    and merges and splits themselves, come after those before them.
    """
    cut: list[list[Event]] = []
    latest_of_type: dict[type[Event], int] = {}
    latest_of_key: dict[UUID, int] = {}
    latest_numbered = 0
    for event in events:
        run = latest_of_type.get(type(event), -1)
        earliest = latest_of_key.get(event.key, 0)
        if is_ordered(event):
            earliest = max(earliest, latest_numbered)
        if run < earliest:
            run = len(cut)
            cut.append([])
            latest_of_type[type(event)] = run
        cut[run].append(event)
        latest_of_key[event.key] = run
        if isinstance(event, WorkerMerged | WorkerSplit):
            latest_numbered = run
    return cut
