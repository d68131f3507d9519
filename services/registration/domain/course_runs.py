"""A provider's code used again for a later run is a new course: which course a code means."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid5

import msgspec

from services.registration.domain.relations import Relations
from shared.events import (
    AttendanceRecorded,
    CourseCancelled,
    CourseOffered,
    CoursePaused,
    CourseResumed,
    Fact,
    NoShowRecorded,
    TrainingResultRecorded,
)

ByCode = (
    CourseOffered
    | CourseCancelled
    | CoursePaused
    | CourseResumed
    | AttendanceRecorded
    | TrainingResultRecorded
    | NoShowRecorded
)
"""The facts that name a course by its provider's code."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a code: the course, and its first and last day as it is offered; None where no offer of it stands."""

    agency: UUID
    code: str
    number: int
    course: UUID
    starts_on: date | None
    ends_on: date | None

    def had_begun_by(self, day: date) -> bool:
        """Whether its first day is not after a day."""
        return self.starts_on is not None and self.starts_on <= day

    def ended_before(self, day: date) -> bool:
        """Whether its last day lies before a day."""
        return self.ends_on is not None and self.ends_on < day


@dataclass(slots=True)
class Runs:
    """The runs of some codes, by provider's id and code, then by number. `new` are to be kept."""

    known: dict[tuple[UUID, str], dict[int, Run]] = field(default_factory=dict)
    new: list[Run] = field(default_factory=list)

    def meant(self, fact: ByCode, agency: UUID, relations: Relations | None) -> Fact:
        """Let a fact name the course that its code means.

        An offer that begins after the latest run has ended is a new course. A result or an absence is about the latest run in
        which the worker has or had a seat, a list of who came about the latest that had begun by its day; all else is about the
        latest run. A run of which every offer was retracted is none, but for results.
        """
        runs = self.known.setdefault((agency, fact.code), {})
        latest = _latest(run for run in runs.values() if run.ends_on is not None)
        if isinstance(fact, CourseOffered):
            return self._offered(fact, agency, runs, latest)
        if isinstance(fact, AttendanceRecorded):
            meant = [run for run in runs.values() if run.had_begun_by(fact.on)]
        else:
            seats = {course for _, course in relations.seats} if relations else set()
            meant = [run for run in runs.values() if run.course in seats]
        run = _latest(meant) or latest
        return msgspec.structs.replace(fact, course=run.course) if run else fact

    def _offered(self, fact: CourseOffered, agency: UUID, runs: dict[int, Run], latest: Run | None) -> Fact:
        number = 1 if latest is None else latest.number + latest.ended_before(fact.starts_on)
        course = fact.course if number == 1 else uuid5(agency, f"course:{fact.code}:{number}")
        run = Run(agency, fact.code, number, course, fact.starts_on, fact.ends_on)
        if number not in runs:
            self.new.append(run)
        runs[number] = run
        return msgspec.structs.replace(fact, course=run.course, run=number)


def _latest(runs: Iterable[Run]) -> Run | None:
    return max(runs, key=lambda run: run.number, default=None)
