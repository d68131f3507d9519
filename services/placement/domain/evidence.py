"""The evidence of a placement: whose word there is beside that of who gives the work, and until when the worker works there. Pure rules."""

from calendar import monthrange
from datetime import date
from typing import Final, Literal
from uuid import UUID

import msgspec

from shared.events.vocabulary import Grade, Slug

RETAINED_MONTHS: Final = 3
"""A job that ends earlier after the first working day is lost again."""
FOLLOW_UPS: Final[tuple[tuple[int, Grade], ...]] = (
    (12, "still-working-12-months"),
    (6, "still-working-6-months"),
    (RETAINED_MONTHS, "still-working-3-months"),
)
"""A word of a day so many months after the first working day, and the grade that it gives; the highest first."""


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was said of a placement by the event `id`: of which day, and by which agency."""

    id: UUID
    kind: Literal["confirmed", "contested", "ended", "next-spell"]
    day: date
    agency: Slug
    decides: bool = False
    """Whether the worker's office says so, which decides what the worker denies."""
    by_worker: bool = False
    """Whether it is the worker's own word."""
    spell: int | None = None
    """The worker's next spell without work, by which the placement ended."""


def months_after(day: date, months: int) -> date:
    """Give the same day so many months later, or the last of that month where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def ended_on(evidence: list[Evidence]) -> date | None:
    """Give the first day on which the worker works there no longer, if that was said."""
    return min((each.day for each in evidence if each.kind in ("ended", "next-spell")), default=None)


def is_lost(placed_on: date, ended: date | None) -> bool:
    """Whether the job was lost again within three months."""
    return ended is not None and ended < months_after(placed_on, RETAINED_MONTHS)


def is_contested(evidence: list[Evidence]) -> bool:
    """Whether the worker denies the placement, and the worker's office has not decided since."""
    said = [each for each in evidence if each.kind == "contested" or (each.kind == "confirmed" and each.decides)]
    return bool(said) and said[-1].kind == "contested"


def grade_of(placed_on: date, evidence: list[Evidence], at_first: Grade, *, unopposed: bool) -> Grade:
    """Give the best evidence; `at_first` is that of who said the placement, and `unopposed` that the worker did not object in time.

    What the worker denies, and the office has not decided on, nobody else confirms.
    """
    ended, contested = ended_on(evidence), is_contested(evidence)
    words = [each for each in evidence if each.kind == "confirmed" and (each.decides or not contested)]
    confirmed = [each.day if ended is None else min(each.day, ended) for each in words]
    for months, grade in FOLLOW_UPS:
        if any(day >= months_after(placed_on, months) for day in confirmed):
            return grade
    return "confirmed" if confirmed or (unopposed and not contested) else at_first
