"""Which function answers which event, and in what order the events of a batch are answered."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar
from uuid import UUID

from shared.events import Event, type_of
from shared.work import Work

E = TypeVar("E", bound=Event)
Handler = Callable[[list[Any], Work], Awaitable[None]]


class Handlers:
    """The answers of one service: at most one function for each event it hears."""

    def __init__(self) -> None:
        self._of: dict[str, Handler] = {}

    def on(
        self, *kinds: type[E]
    ) -> Callable[[Callable[[list[E], Work], Awaitable[None]]], Callable[[list[E], Work], Awaitable[None]]]:
        """Let a function answer these events. It is called with a list of events of one type and the open transaction."""

        def register(handler: Callable[[list[E], Work], Awaitable[None]]) -> Callable[[list[E], Work], Awaitable[None]]:
            for kind in kinds:
                if type_of(kind) in self._of:
                    raise TypeError(f"{kind.__name__} has two handlers")
                self._of[type_of(kind)] = handler
            return handler

        return register

    @property
    def types(self) -> frozenset[str]:
        """The CloudEvents types that are answered."""
        return frozenset(self._of)

    async def answer(self, events: Iterable[Event], work: Work) -> None:
        """Answer events in order, each run of one type with one call."""
        for run in runs(events):
            await self._of[type_of(type(run[0]))](run, work)


def runs(events: Iterable[Event]) -> list[list[Event]]:
    """Cut events into runs of one type, so that no event overtakes another of the same worker.

    An event joins the latest run of its type unless another event with its key comes after that run.
    """
    cut: list[list[Event]] = []
    latest_of_type: dict[type[Event], int] = {}
    latest_of_key: dict[UUID, int] = {}
    for event in events:
        place = latest_of_type.get(type(event), -1)
        if place < latest_of_key.get(event.key, 0):
            place = len(cut)
            cut.append([])
            latest_of_type[type(event)] = place
        cut[place].append(event)
        latest_of_key[event.key] = place
    return cut
