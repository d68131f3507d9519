"""Which days an agency may name: what has happened lies between some years ago and tomorrow, what is announced a little ahead."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

from services.registration.posting.mistakes import DataLocation, refused
from shared import clock
from shared.events import CourseOffered, Fact, HireConfirmed, LayoffReported

ANNOUNCED: Final[tuple[type[Fact], ...]] = (LayoffReported, HireConfirmed)
"""A layoff may be announced, and a first working day agreed."""
AHEAD: Final = timedelta(days=90)
COURSES_AHEAD: Final = timedelta(days=5 * 366)
OFFICES_WORD: Final = timedelta(days=90)
"""How far back an office's word sets a place in line."""
OLDEST_BIRTH: Final = date(1900, 1, 1)


def counts_from(on: date, *, by_office: bool) -> date:
    """Give the day that counts for a place in line: today, or an earlier day by the word of the worker's office."""
    today = clock.today()
    return min(today, max(on, today - OFFICES_WORD)) if by_office else today


@dataclass(frozen=True)
class DayLimits:
    """The days that may be named, seen from today."""

    oldest_years: int

    def check(self, data: Any, fact: type[Fact], location: DataLocation) -> None:  # noqa: ANN401  one of the shapes
        """Check the days of what an agency typed. Raises `Refusal` with a pointer to the first that cannot be."""
        today = clock.today()
        oldest, tomorrow, announced, courses = _limits(today, self.oldest_years)
        _within(data.on, oldest, announced if fact in ANNOUNCED else tomorrow, "on", location)
        if fact is CourseOffered:
            _within(data.starts_on, oldest, courses, "starts_on", location)
            _within(data.ends_on, oldest, courses, "ends_on", location)
        part = "person" if hasattr(data, "person") else "correction"
        born = getattr(getattr(data, part, None), "birth_date", None)
        if born is not None:
            if not OLDEST_BIRTH <= born <= today:
                raise refused(
                    f"`{part}.birth_date` lies before {OLDEST_BIRTH} or in the future.",
                    location.pointer(part, "birth_date"),
                )
            if part == "person" and born == data.on:
                raise refused("`on` is the worker's birth date; give the day of the event.", location.pointer("on"))


@lru_cache(maxsize=2)
def _limits(today: date, oldest_years: int) -> tuple[date, date, date, date]:
    """Give the oldest day, tomorrow, the last day that may be announced, and a course's last day."""
    oldest = today - timedelta(days=round(365.25 * oldest_years))
    return oldest, today + timedelta(days=1), today + AHEAD, today + COURSES_AHEAD


def _within(day: date, oldest: date, latest: date, name: str, location: DataLocation) -> None:
    if not oldest <= day <= latest:
        raise refused(f"`{name}` must lie between {oldest} and {latest}.", location.pointer(name))
