"""What a service can show an auditor: its figures, what its books contradict, and where each worker is."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared import bookmarks, dead_letters
from shared.work import Work


@dataclass(frozen=True)
class BrokenRule:
    """A rule that does not hold, and the ids of those it does not hold for."""

    rule: str
    ids: list[str]


@dataclass(frozen=True)
class Whereabouts:
    """Where one worker is with this service: which spell without work, and its state there."""

    worker: UUID
    spell: int
    state: str


async def _nothing_broken(_: Work) -> list[BrokenRule]:
    return []


async def _nobody(_: Work, _after: UUID, _limit: int) -> list[Whereabouts]:
    return []


@dataclass(frozen=True)
class Figure:
    """One figure that operators watch: the name and help that Prometheus shows, and the question that answers it.

    The question's columns are the labels, in order, and then the number. It is asked every 15 s, so it reads a partial
    index or a small table; one that takes long is asked less often, by itself.
    """

    name: str
    help: str
    sql: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Books:
    """The questions that each service answers about its own store."""

    figures: Callable[[Work], Awaitable[dict[str, int]]]
    """Counts by name."""
    broken_rules: Callable[[Work], Awaitable[list[BrokenRule]]] = _nothing_broken
    """The rules that do not hold at this moment, judged from this store alone."""
    whereabouts: Callable[[Work, UUID, int], Awaitable[list[Whereabouts]]] = _nobody
    """The next workers after an id, in the order of ids, at most so many workers; each of their spells."""
    watched: Sequence[Figure] = ()
    """What operators watch of the programme."""


async def account_of(work: Work, books: Books, *, audited: bool = True) -> dict[str, Any]:
    """Give one moment of a service's books: journal, bookmarks, dead letters, figures and broken rules.

    Rules are judged over whole tables; who asks every second leaves them out (`audited=False`).
    """
    (journal,) = await work.rows("SELECT count(*) AS rows, coalesce(max(position), 0) AS position FROM journal")
    (mark,) = await work.rows("SELECT position, lasts, until FROM mark WHERE id = 1")
    heard: dict[str, dict[str, dict[str, int]]] = {}
    for place, (position, count) in (await bookmarks.read(work)).items():
        heard.setdefault(place.topic, {})[str(place.partition)] = {"position": position, "heard": count}
    broken = await books.broken_rules(work) if audited else []
    return {
        "journal": {
            "rows": journal.rows,
            "position": journal.position,
            "published": mark.position,
            "lasts": list(mark.lasts),
            "until": mark.until,
        },
        "heard": heard,
        "dead_letters": await dead_letters.waiting(work),
        "figures": await books.figures(work),
        "broken_rules": [{"rule": each.rule, "ids": each.ids} for each in broken],
    }
