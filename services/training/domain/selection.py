"""A course's selection: what is recorded of it, and what a replay finds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple
from uuid import UUID

from services.training.domain.entities import Application, Course, Standing
from services.training.domain.fitting import Misfit
from services.training.domain.line import Key

Difference = Literal["another-stood-first", "did-not-wait", "applied-on-another-day", "does-not-fit"]


class Word(NamedTuple):
    """One event of the journal about an application. `at` is the time of its transaction, the same for all its events."""

    position: int
    at: datetime
    key: Key
    what: Literal["enrolled", "waitlisted", "ended"]
    applied_on: date | None = None
    course: Course | None = None
    """The course in which a seat was given, as it was then."""
    seat: int = 0
    order: str = ""
    from_waiting_list: bool = False
    again: bool = False
    """Whether the worker had the seat before, so that nobody in line could have it."""


class Former(NamedTuple):
    """How an application stood up to a position of the journal, and whether the worker was in line from there on."""

    until: int
    key: Key
    standing: Standing
    waits: bool


class Certificate(NamedTuple):
    """A vocation in which a person graduated, or in which no certificate is good any longer, at a position of the journal."""

    position: int
    person: UUID
    vocation: str
    is_good: bool = True


@dataclass(frozen=True, slots=True)
class GivenSeat:
    """A seat that was given, and what the replay says: the same, or how it differs and who stood first."""

    word: Word
    stood_first: Key | None
    differs: Difference | None = None
    misfit: Misfit | None = None


@dataclass(slots=True)
class Selection:
    """What a replay finds: the seats in the order in which they were given, and the line when the last was given."""

    seats: list[GivenSeat] = field(default_factory=list)
    first_not_in: Application | None = None
    """The first in line whom the course fits, and for whom no seat was left."""
    nearer: dict[Misfit, list[Application]] = field(default_factory=dict)
    """Those who stood nearer and whom it did not fit, the first in line first."""
    moved: list[Key] = field(default_factory=list)
    """Those of whom the journal says another day of application than the tables."""


class Records(NamedTuple):
    """What training holds about all who may have stood in line for a course."""

    words: Sequence[Word]
    former: Sequence[Former]
    standings: Mapping[Key, Standing]
    """How each application stands now."""
    certificates: Sequence[Certificate]
    persons: Mapping[UUID, UUID]
    """Id -> whom it means, where it means another."""
