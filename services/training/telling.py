"""Tells a course's selection: who got each seat in which order and why, and whether a replay gives the same."""

import asyncio
from collections import Counter
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row

from services.training.domain.allocation import rule_in_words
from services.training.domain.fitting import IN_WORDS
from services.training.domain.replaying import replay
from services.training.domain.selection import GivenSeat, Selection
from services.training.selections import Held, Others

DIFFERENCES: Final = {
    "another-stood-first": "another stood first in line",
    "did-not-wait": "was not in line",
    "applied-on-another-day": "the tables hold another day of application than was announced",
    "does-not-fit": "the course does not fit",
    "not-in-the-tables": "the tables know of no such seat",
    "not-in-the-journal": "the journal does not say that this seat was given",
}
NO_SEAT_LEFT: Final = "no seat was left"


async def replayed(held: Held) -> Selection:
    """Replay the selection, beside whatever else the service does."""
    return await asyncio.to_thread(replay, held.records)


def told(held: Held, found: Selection, others: Others, *, to_operator: bool) -> dict[str, Any]:
    """Tell a selection. Others than the course's own participants are named to operators alone."""
    course = held.course
    rows = _matched(held, found)
    differences = [row["differs"] for row in rows if row["differs"]]
    answer = {
        "id": course.id,
        "course": course.code,
        "provider": course.agency,
        "title": course.title,
        "vocation": course.vocation,
        "state": course.state,
        "seats": course.seats,
        "taken": course.taken,
        "rule": rule_in_words(),
        "same": not differences and not found.moved,
        "items": [
            {
                name: value
                for name, value in row.items()
                if name != "restricted" and (to_operator or name != "stood_first")
            }
            for row in rows
            if to_operator or not row["restricted"]
        ],
        "first_not_in": None,
    }
    if (first := found.first_not_in) is not None:
        whose = {"worker": first.worker, "spell": first.spell, "applied_on": first.applied_on} if to_operator else {}
        answer["first_not_in"] = {**whose, "reason": NO_SEAT_LEFT}
    if to_operator:
        answer["moved"] = sorted({worker for worker, _ in found.moved})
        answer["nearer"] = _nearer(found, others)
    return answer


def _nearer(found: Selection, others: Others) -> list[dict[str, Any]]:
    """Tell who stood nearer in line than the first who did not get in, and why the course did not fit: how many, and the first."""
    groups: Counter[str] = Counter({IN_WORDS[why]: len(them) for why, them in found.nearer.items()})
    first: dict[str, tuple[date, UUID]] = {
        IN_WORDS[why]: (them[0].applied_on, them[0].worker) for why, them in found.nearer.items()
    }
    workers, nearest = others
    if nearest is not None:
        why = IN_WORDS["another-vocation"]
        groups[why] += workers
        first[why] = min(first.get(why, (date.max, nearest.worker)), (nearest.applied_on, nearest.worker))
    return [
        {"reason": why, "workers": groups[why], "first": {"worker": worker, "applied_on": applied_on}}
        for why, (applied_on, worker) in sorted(first.items(), key=lambda each: each[1])
    ]


def _matched(held: Held, found: Selection) -> list[dict[str, Any]]:
    """Lay the journal's seats beside the tables' enrolments, which must be the same; a seat may be of a later spell than it was given in."""
    kept: dict[tuple[UUID, int, str], list[Row[Any]]] = {}
    for row in held.enrolments:
        kept.setdefault((row.worker, row.seat, row.basis), []).append(row)
    rows = []
    for given in found.seats:
        word = given.word
        enrolments = kept.get((word.key[0], word.seat, word.order), [])
        rows.append(_item(given, enrolments.pop(0) if enrolments else None))
    unsaid = [row for enrolments in kept.values() for row in enrolments]
    return [*rows, *(_unsaid(row) for row in unsaid)]


def _item(given: GivenSeat, enrolment: Row[Any] | None) -> dict[str, Any]:
    word = given.word
    differs = given.differs or (None if enrolment else "not-in-the-tables")
    said = DIFFERENCES[differs] if differs else None
    is_another = given.stood_first is not None and given.stood_first != word.key
    return {
        "at": word.at,
        "seat": word.seat,
        "worker": word.key[0],
        "spell": word.key[1],
        "applied_on": word.applied_on,
        "order": word.order,
        "from_waiting_list": word.from_waiting_list,
        "passed_on": enrolment.passed_on if enrolment else None,
        "state": enrolment.state if enrolment else None,
        "differs": f"{said}: {IN_WORDS[given.misfit]}" if given.differs == "does-not-fit" and given.misfit else said,
        "stood_first": given.stood_first[0] if differs and is_another and given.stood_first else None,
        "restricted": enrolment is not None and enrolment.restricted,
    }


def _unsaid(row: Row[Any]) -> dict[str, Any]:
    return {
        "at": None,
        "seat": row.seat,
        "worker": row.worker,
        "spell": row.spell,
        "applied_on": None,
        "order": row.basis,
        "from_waiting_list": None,
        "passed_on": row.passed_on,
        "state": row.state,
        "differs": DIFFERENCES["not-in-the-journal"],
        "stood_first": None,
        "restricted": row.restricted,
    }
