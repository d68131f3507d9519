"""Takes merges and splits in, each after those that it follows (`shared/inbox/order.py`)."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from shared.database.unit_of_work import UnitOfWork
from shared.events import WorkerMerged, WorkerSplit
from shared.merges.forest import Merged, Merges


class Split(NamedTuple):
    """A split that was taken in: what the worker's id meant before, and which ids mean the worker now, its own among them."""

    event: WorkerSplit
    was: Merged
    members: frozenset[UUID]


async def take_in_merges(work: UnitOfWork, events: Collection[WorkerMerged]) -> Merges:
    """Let ids mean another worker. The caller has taken turns."""
    merges = await Merges.read(work, {worker for event in events for worker in (event.worker, event.into)})
    for event in events:
        merges.merge(event.worker, event.spell, event.into, event.into_spell)
    await merges.save(work)
    return merges


async def take_in_splits(work: UnitOfWork, events: Collection[WorkerSplit]) -> tuple[Merges, list[Split]]:
    """Let ids mean their own worker again; gives what was before. The caller has taken turns."""
    merges = await Merges.read(work, {event.worker for event in events})
    splits = [
        Split(event, was, frozenset(merges.members(event.worker)))
        for event in events
        if (was := merges.split(event.worker)) is not None
    ]
    await merges.save(work)
    return merges, splits
