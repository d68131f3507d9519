"""Which days an agency may name: what has happened lies between some years ago and tomorrow, what is announced a little ahead."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from services.registration.posting.mistakes import DataLocation, refused
from shared.events import Fact, HireConfirmed, LayoffReported

ANNOUNCED: Final[tuple[type[Fact], ...]] = (LayoffReported, HireConfirmed)
"""A layoff may be announced, and a first working day agreed."""
AHEAD: Final = timedelta(days=90)
COURSES_AHEAD: Final = timedelta(days=5 * 366)
OLDEST_BIRTH: Final = date(1900, 1, 1)


@dataclass(frozen=True)
class DayLimits:
    """The days that may be named, seen from `today`: the day in UTC, so that tomorrow has begun in Indonesia already."""

    oldest_years: int

    def today(self) -> date:
        """Give the day in UTC."""
        return datetime.now(UTC).date()

    def check(self, data: Any, fact: type[Fact], location: DataLocation) -> None:  # noqa: ANN401  one of the shapes
        """Check the days of what an agency typed. Raises `Refusal` with a pointer to the first that cannot be."""
        today = self.today()
        oldest = today - timedelta(days=round(365.25 * self.oldest_years))
        latest = today + (AHEAD if fact in ANNOUNCED else timedelta(days=1))
        _within(data.on, oldest, latest, "on", location)
        for name in ("starts_on", "ends_on"):
            if (day := getattr(data, name, None)) is not None:
                _within(day, oldest, today + COURSES_AHEAD, name, location)
        born = data.person.birth_date if hasattr(data, "person") else None
        if born is not None:
            if not OLDEST_BIRTH <= born <= today:
                raise refused(
                    f"`person.birth_date` lies before {OLDEST_BIRTH} or in the future.",
                    location.pointer("person", "birth_date"),
                )
            if born == data.on:
                raise refused("`on` is the worker's birth date; give the day of the event.", location.pointer("on"))


def _within(day: date, oldest: date, latest: date, name: str, location: DataLocation) -> None:
    if not oldest <= day <= latest:
        raise refused(f"`{name}` must lie between {oldest} and {latest}.", location.pointer(name))
