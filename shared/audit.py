"""The audit of one service: its figures, the rules that its store breaks, and where each worker is."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.database.unit_of_work import UnitOfWork
from shared.inbox import bookmarks, dead_letters
from shared.telemetry.gauges import SqlGauge


@dataclass(frozen=True)
class BrokenRule:
    """A rule that does not hold, and the ids of those it does not hold for."""

    rule: str
    ids: list[str]


@dataclass(frozen=True)
class Whereabouts:
    """Where one worker is in this service: the number of the spell without work, and its state here."""

    worker: UUID
    spell: int
    state: str


async def _nothing_broken(_: UnitOfWork) -> list[BrokenRule]:
    return []


async def _no_workers(_: UnitOfWork, _after: UUID, _limit: int) -> list[Whereabouts]:
    return []


@dataclass(frozen=True)
class Audit:
    """What each service can be asked about its own store."""

    figures: Callable[[UnitOfWork], Awaitable[dict[str, int]]]
    """Counts by name."""
    broken_rules: Callable[[UnitOfWork], Awaitable[list[BrokenRule]]] = _nothing_broken
    """The rules that do not hold at this moment, judged from this store alone."""
    whereabouts: Callable[[UnitOfWork, UUID, int], Awaitable[list[Whereabouts]]] = _no_workers
    """The next workers after an id, in the order of ids, at most so many; each with its spells."""
    gauges: Sequence[SqlGauge] = ()
    """What operators watch of the programme."""


async def audit_of(work: UnitOfWork, audit: Audit, *, audited: bool = True) -> dict[str, Any]:
    """Read one moment of a service: journal, bookmarks, dead letters, figures and broken rules.

    Rules are judged over whole tables; a caller that asks every second leaves them out (`audited=False`).
    """
    (journal,) = await work.rows("SELECT count(*) AS rows, coalesce(max(position), 0) AS position FROM journal")
    (cursor,) = await work.rows("SELECT position, last_by_partition, halt_at FROM cursor WHERE id = 1")
    heard: dict[str, dict[str, dict[str, int]]] = {}
    for (topic, partition), (position, count) in (await bookmarks.read(work)).items():
        heard.setdefault(topic, {})[str(partition)] = {"position": position, "heard": count}
    broken = await audit.broken_rules(work) if audited else []
    return {
        "journal": {
            "rows": journal.rows,
            "position": journal.position,
            "published": cursor.position,
            "last_by_partition": list(cursor.last_by_partition),
            "halt_at": cursor.halt_at,
        },
        "heard": heard,
        "dead_letters": await dead_letters.waiting(work),
        "figures": await audit.figures(work),
        "broken_rules": [{"rule": each.rule, "ids": each.ids} for each in broken],
    }
