"""Event handlers: which function handles which event, and in what order the events of a batch are handled."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar
from uuid import UUID

from shared.database.unit_of_work import UnitOfWork
from shared.events import Event, type_of

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
        """Handle events in order, each run of one type by one call."""
        for run in runs(events):
            await self._by_type[type_of(type(run[0]))](run, work)


def runs(events: Iterable[Event]) -> list[list[Event]]:
    """Cut events into runs of one type, so that no event overtakes another of the same worker.

    An event joins the latest run of its type unless another event with its key comes after that run.
    """
    cut: list[list[Event]] = []
    latest_of_type: dict[type[Event], int] = {}
    latest_of_key: dict[UUID, int] = {}
    for event in events:
        run = latest_of_type.get(type(event), -1)
        if run < latest_of_key.get(event.key, 0):
            run = len(cut)
            cut.append([])
            latest_of_type[type(event)] = run
        cut[run].append(event)
        latest_of_key[event.key] = run
    return cut
