"""Training results: graduated (with a certificate's number), failed or left; and results that are retracted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from uuid import UUID

from services.training import announcements
from services.training.applications import PLACED
from services.training.domain.entities import Application, Course, Enrolment, Voided
from shared.events import (
    Event,
    Fact,
    NoShowRecorded,
    SeatDeclined,
    TrainingResultRecorded,
    TrainingResultRefused,
    WorkerFactRetracted,
)
from shared.events.vocabulary import EnrolmentEnd

Enrolled = Mapping[tuple[UUID, UUID | None], Application]
"""(Worker, course) -> the application under which the worker sits, or last sat, in the course, with that enrolment.

Without a course: under which the worker sits now, or sat last.
"""
GIVEN_UP: Final = ("no-show", "declined")
Latest = Mapping[UUID, int]
"""Worker -> the number of the latest spell that is known."""


@dataclass(slots=True)
class Recorded:
    """What became of some results: the events to announce, and those that counted or were refused."""

    events: list[Event] = field(default_factory=list)
    counted: list[Fact] = field(default_factory=list)
    refused: list[Fact] = field(default_factory=list)


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
            known.events += _complete(application, courses[event.course], event)
    return known


def give_up(
    said: Iterable[NoShowRecorded | SeatDeclined], enrolled: Enrolled, courses: Mapping[UUID, Course]
) -> Recorded:
    """Let participants give up their seats who did not come, or who decline them. The latter wait for other courses."""
    known = Recorded()
    for event in said:
        application = enrolled.get((event.worker, event.course))
        enrolment = application.enrolment if application else None
        if application is None or enrolment is None or enrolment.state != "in-training":
            known.refused.append(event)
            known.events += _refuse_giving_up(event, enrolment)
            continue
        course, declines = courses[enrolment.course], isinstance(event, SeatDeclined)
        known.counted.append(event)
        enrolment.cancel("declined" if declines else "no-show", event.on, event.envelope.id)
        course.take_back(enrolment.seat)
        known.events.append(announcements.given_up(application, course, "declined" if declines else "no-show"))
        if declines:
            application.declined = [*application.declined, course.id]
            application.came = "from-a-declined-seat"
        application.turn("waiting" if declines else "absent")
    return known


def have_again(
    retracted: Iterable[WorkerFactRetracted], enrolled: Enrolled, courses: Mapping[UUID, Course], latest: Latest
) -> list[Event]:
    """Let participants have the seat again of whom it was retracted that they gave it up; if it is gone, they wait.

    Who sits elsewhere meanwhile stays there, and whose spell is over has neither.
    """
    events: list[Event] = []
    for event in retracted:
        application = enrolled.get((event.worker, event.course))
        enrolment = application.enrolment if application else None
        if (
            application is None
            or enrolment is None
            or enrolment.reason not in GIVEN_UP
            or enrolment.result_fact != event.fact
        ):
            continue
        course = courses[enrolment.course]
        application.declined = [id for id in application.declined if id != course.id]
        application.changed = True
        may_sit = application.state in ("absent", "waiting")
        reason = _why_over(application, course, latest)
        if may_sit and reason is None and course.take_again(enrolment.seat):
            enrolment.take_again()
            application.turn("in-training")
            events.append(announcements.enrolled(application, course, again=True))
            continue
        # it went to somebody else or is over, and the worker neither stayed away nor declined
        enrolment.cancel(application.reason or reason or "withdrawn")
        if application.state == "absent" and _waits(application, reason):
            events.append(announcements.waitlisted(application))
    return events


def _refuse_giving_up(event: NoShowRecorded | SeatDeclined, enrolment: Enrolment | None) -> list[Event]:
    """Refuse what a provider says of a seat that the worker does not have. Who declines a seat that is gone has none."""
    if isinstance(event, SeatDeclined):
        return []
    if enrolment is None:
        return [_refuse(event, "never-enrolled")]
    return [_refuse(event, "enrolment-cancelled" if enrolment.state == "cancelled" else "already-recorded")]


def void(
    retracted: Iterable[WorkerFactRetracted], enrolled: Enrolled, courses: Mapping[UUID, Course], latest: Latest
) -> list[Voided]:
    """Let participants be in training again whose result was retracted.

    Whose spell or course is over gives the seat back. Whose seat went to somebody else waits, first for the next.
    """
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
        has_seat = not enrolment.released or course.take_again(enrolment.seat)
        enrolment.void_result()
        reason = _why_over(application, course, latest)
        if has_seat and reason is None:
            application.turn("in-training")
            continue
        voided[-1].cancelled = reason
        enrolment.cancel(reason or "withdrawn")
        if has_seat:
            course.take_back(enrolment.seat)
        _waits(application, reason)
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
    worked_later = enrolment.reason in PLACED and enrolment.ended_on is not None and event.on <= enrolment.ended_on
    has_seat = worked_later and courses[event.course].take_again(enrolment.seat)
    return None if has_seat else "enrolment-cancelled"


def _why_over(application: Application, course: Course, latest: Latest) -> EnrolmentEnd | None:
    if latest.get(application.worker, 0) > application.spell:
        return "new-spell"
    if application.is_over:
        return "withdrawn"
    return "course-cancelled" if course.state == "cancelled" else None


def _waits(application: Application, reason: EnrolmentEnd | None) -> bool:
    """Let who has no seat wait if the spell is not over, and say so; without a reason the seat went to somebody else."""
    if reason not in (None, "course-cancelled"):
        application.turn("withdrawn", reason)
        return False
    application.turn("waiting")
    application.came = "from-a-cancelled-course" if reason else "now"
    return True


def _complete(application: Application, course: Course, event: TrainingResultRecorded) -> list[Event]:
    """Complete or break off the course. Who left while newcomers may start leaves the seat to the next in line."""
    enrolment = application.enrolment
    if event.result == "graduated":
        enrolment.graduate(certificate=course.certificate(enrolment.seat), fact=event.envelope.id)
        application.turn("graduated")
        return [announcements.graduated(application, course, event.on)]
    enrolment.break_off(event.result, event.envelope.id)
    application.turn("not-completed")
    events: list[Event] = [announcements.not_completed(application, course, event.result, event.on)]
    if event.result == "left" and event.on <= course.entry_until and course.is_entry_open:
        enrolment.released = True
        course.take_back(enrolment.seat)
        events.append(announcements.given_up(application, course, "left-early"))
    return events


def _refuse(
    event: TrainingResultRecorded | NoShowRecorded,
    reason: Literal["never-enrolled", "enrolment-cancelled", "already-recorded"],
) -> TrainingResultRefused:
    return TrainingResultRefused(
        worker=event.worker, course=event.course, code=event.code, agency=event.agency, reason=reason
    )
