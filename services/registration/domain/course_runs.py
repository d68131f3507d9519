"""A provider's code used again for a later run is a new course: which course a code means."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid5

import msgspec

from services.registration.domain.relations import Relations
from shared.events import (
    CourseCancelled,
    CourseOffered,
    CoursePaused,
    CourseResumed,
    Fact,
    NoShowRecorded,
    TrainingResultRecorded,
)

BY_CODE = (CourseOffered, CourseCancelled, CoursePaused, CourseResumed, TrainingResultRecorded, NoShowRecorded)
"""The facts that name a course by its provider's code."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a code: the course, and its days as they were offered last."""

    agency: UUID
    code: str
    number: int
    course: UUID
    starts_on: date
    ends_on: date


@dataclass(slots=True)
class Runs:
    """The runs of some codes, by provider's id and code, the latest last. `changed` are to be kept."""

    known: dict[tuple[UUID, str], list[Run]] = field(default_factory=dict)
    changed: dict[UUID, Run] = field(default_factory=dict)

    def meant(self, fact: Fact, agency: UUID, relations: Relations | None) -> Fact:
        """Let a fact name the course that its code means.

        An offer that begins after the latest run has ended is a new course. A result is about the latest run in which the worker
        has or had a seat; all else is about the latest run.
        """
        if not isinstance(fact, BY_CODE):
            return fact
        runs = self.known.setdefault((agency, fact.code), [])
        if isinstance(fact, CourseOffered):
            return self._offered(fact, agency, runs)
        if not runs:
            return fact
        course = runs[-1].course
        if relations is not None:
            seats = {id for _, id in relations.seats}
            course = next((run.course for run in reversed(runs) if run.course in seats), course)
        return msgspec.structs.replace(fact, course=course)

    def _offered(self, fact: CourseOffered, agency: UUID, runs: list[Run]) -> Fact:
        latest = runs[-1] if runs else None
        if latest is None or fact.starts_on > latest.ends_on:
            number = len(runs) + 1
            course = fact.course if latest is None else uuid5(agency, f"course:{fact.code}:{number}")
            runs.append(Run(agency, fact.code, number, course, fact.starts_on, fact.ends_on))
        else:
            runs[-1] = Run(agency, fact.code, latest.number, latest.course, fact.starts_on, fact.ends_on)
        self.changed[runs[-1].course] = runs[-1]
        return msgspec.structs.replace(fact, course=runs[-1].course)
