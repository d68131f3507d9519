"""Topics race, and so do the partitions of one topic: every order in which queues of events can be heard."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, TypeVar

from tests.service_under_test import ServiceUnderTest

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


async def ends_of(
    service: ServiceUnderTest,
    make: Callable[[int, str], list[list[Any]]],
    end_of: Callable[[int], Awaitable[Any]],
) -> dict[Any, list[str]]:
    """Hear every interleaving of the queues that `make` gives, each about workers from another number on, of a vocation of their own.

    Gives each end (`end_of` those workers) that was reached, with an order of events that leads there.
    """
    lengths = [len(queue) for queue in make(0, "sewing")]
    ends: dict[Any, list[str]] = {}
    orders = interleavings(*([(queue, nth) for nth in range(length)] for queue, length in enumerate(lengths)))
    for first, order in enumerate(orders, 1):
        queues = make(10 * first, f"vocation {first}")
        for queue, nth in order:
            await service.hear(queues[queue][nth])
        ends.setdefault(await end_of(10 * first), [type(queues[queue][nth]).__name__ for queue, nth in order])
    return ends
