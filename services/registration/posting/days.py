"""Which days an agency may name: what has happened lies between some years ago and tomorrow, what is announced a little ahead."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from services.registration.posting.mistakes import DataLocation, refused
from shared import clock
from shared.events import Fact, HireConfirmed, LayoffReported

ANNOUNCED: Final[tuple[type[Fact], ...]] = (LayoffReported, HireConfirmed)
"""A layoff may be announced, and a first working day agreed."""
AHEAD: Final = timedelta(days=90)
COURSES_AHEAD: Final = timedelta(days=5 * 366)
OFFICES_WORD: Final = timedelta(days=90)
"""How far back an office's word sets a place in line."""
OLDEST_BIRTH: Final = date(1900, 1, 1)


@dataclass(frozen=True)
class DayLimits:
    """The days that may be named, seen from today, and the day that counts for a place in line.

    A stack for `practice` plays programmes of the past: there the day that an agency names counts.
    """

    oldest_years: int
    practice: bool = False

    def counts_from(self, on: date, *, by_office: bool) -> date:
        """Give the day that counts for a place in line: today, or an earlier day by the word of the worker's office."""
        if self.practice:
            return on
        today = clock.today()
        return min(today, max(on, today - OFFICES_WORD)) if by_office else today

    def check(self, data: Any, fact: type[Fact], location: DataLocation) -> None:  # noqa: ANN401  one of the shapes
        """Check the days of what an agency typed. Raises `Refusal` with a pointer to the first that cannot be."""
        today = clock.today()
        oldest = today - timedelta(days=round(365.25 * self.oldest_years))
        latest = today + (AHEAD if fact in ANNOUNCED else timedelta(days=1))
        _within(data.on, oldest, latest, "on", location)
        for name in ("starts_on", "ends_on"):
            if (day := getattr(data, name, None)) is not None:
                _within(day, oldest, today + COURSES_AHEAD, name, location)
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


def _within(day: date, oldest: date, latest: date, name: str, location: DataLocation) -> None:
    if not oldest <= day <= latest:
        raise refused(f"`{name}` must lie between {oldest} and {latest}.", location.pointer(name))
