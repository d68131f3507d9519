"""Topics race, and so do the partitions of one topic: every order in which queues of events can be heard."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def interleavings(*queues: Sequence[T]) -> Iterator[list[T]]:
    """Give every order of all events that keeps the order within each queue."""
    if not any(queues):
        yield []
    for nth, queue in enumerate(queues):
        if queue:
            first, *rest = queue
            for order in interleavings(*queues[:nth], rest, *queues[nth + 1 :]):
                yield [first, *order]
