"""Training results: graduated (with a certificate's number), failed or left; and results that are retracted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from services.training import announcements
from services.training.domain.entities import Application, Course, Voided
from shared.events import Event, TrainingResultRecorded, TrainingResultRefused, WorkerFactRetracted
from shared.events.vocabulary import EnrolmentEnd

Enrolled = Mapping[tuple[UUID, UUID], Application]
"""(Worker, course) -> the application under which the worker sits, or last sat, in the course, with that enrolment."""
Latest = Mapping[UUID, int]
"""Worker -> the number of the latest spell that is known."""


@dataclass(slots=True)
class Recorded:
    """What became of some results: the events to announce, and those that counted or were refused."""

    events: list[Event] = field(default_factory=list)
    counted: list[TrainingResultRecorded] = field(default_factory=list)
    refused: list[TrainingResultRecorded] = field(default_factory=list)


def record(recorded: Iterable[TrainingResultRecorded], enrolled: Enrolled, courses: Mapping[UUID, Course]) -> Recorded:
    """Record how participants did; the seat stays used up. Refuses a result for a worker who is not in training there.

    A result counts by its day: also for a worker whose first working day came later and was heard first, if the seat has not
    gone to somebody else.
    """
    known = Recorded()
    for event in recorded:
        application = enrolled.get((event.worker, event.course))
        if (reason := _why_not(application, event, courses)) is not None:
            known.refused.append(event)
            known.events.append(_refuse(event, reason))
        elif application is not None:
            known.counted.append(event)
            known.events.append(_complete(application, courses[event.course], event))
    return known


def void(
    retracted: Iterable[WorkerFactRetracted], enrolled: Enrolled, courses: Mapping[UUID, Course], latest: Latest
) -> list[Voided]:
    """Let participants be in training again whose result was retracted. Whose spell or course is over gives the seat back."""
    voided: list[Voided] = []
    for event in retracted:
        application = None if event.course is None else enrolled.get((event.worker, event.course))
        enrolment = application.enrolment if application else None
        if (
            application is None
            or enrolment is None
            or enrolment.result is None
            or enrolment.result_fact not in (None, event.fact)
        ):
            continue
        course = courses[enrolment.course]
        voided.append(Voided(application, course, enrolment.result, enrolment.certificate))
        enrolment.void_result()
        if (reason := _why_over(application, course, latest)) is None:
            application.turn("in-training")
            continue
        enrolment.cancel(reason)
        course.take_back(enrolment.seat)
        voided[-1].cancelled = reason
        if reason == "course-cancelled":
            application.turn("waiting")
            application.came = "from-a-cancelled-course"
        else:
            application.turn("withdrawn", reason)
    return voided


def _why_not(
    application: Application | None, event: TrainingResultRecorded, courses: Mapping[UUID, Course]
) -> Literal["never-enrolled", "enrolment-cancelled", "already-recorded"] | None:
    """Say why a result cannot be. It has its seat again who gave it back for work that began after the result."""
    if application is None:
        return "never-enrolled"
    enrolment = application.enrolment
    if enrolment.state == "in-training":
        return None
    if enrolment.state != "cancelled":
        return "already-recorded"
    worked_later = enrolment.ended_on is not None and event.on <= enrolment.ended_on
    has_seat = worked_later and courses[event.course].take_again(enrolment.seat)
    return None if has_seat else "enrolment-cancelled"


def _why_over(application: Application, course: Course, latest: Latest) -> EnrolmentEnd | None:
    if latest.get(application.worker, 0) > application.spell:
        return "new-spell"
    if application.is_over:
        return "withdrawn"
    return "course-cancelled" if course.state == "cancelled" else None


def _complete(application: Application, course: Course, event: TrainingResultRecorded) -> Event:
    enrolment = application.enrolment
    if event.result == "graduated":
        enrolment.graduate(certificate=f"{course.agency}/{course.code}/{enrolment.seat}", fact=event.envelope.id)
        application.turn("graduated")
        return announcements.graduated(application, course, event.on)
    enrolment.break_off(event.result, event.envelope.id)
    application.turn("not-completed")
    return announcements.not_completed(application, course, event.result, event.on)


def _refuse(
    event: TrainingResultRecorded, reason: Literal["never-enrolled", "enrolment-cancelled", "already-recorded"]
) -> TrainingResultRefused:
    return TrainingResultRefused(
        worker=event.worker, course=event.course, code=event.code, agency=event.agency, reason=reason
    )
