"""Training results: graduated (with a certificate's number), failed or left; and results that are retracted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from uuid import UUID

from services.training import announcements
from services.training.applications import seat_again
from services.training.domain.entities import Application, Course, Seat, Voided
from services.training.domain.known import Asked, Known
from shared.events import (
    Event,
    Fact,
    NoShowRecorded,
    SeatDeclined,
    TrainingResultRecorded,
    TrainingResultRefused,
    WorkerFactRetracted,
    type_of,
)
from shared.events.vocabulary import OUTCOMES, EnrolmentEnd

Enrolled = Mapping[Asked, Seat]
RESULT: Final = type_of(TrainingResultRecorded)
GIVEN_UP: Final = ("no-show", "declined")


@dataclass(slots=True)
class Recorded:
    """What became of some facts: the events to announce, and those that counted or were refused."""

    events: list[Event] = field(default_factory=list)
    counted: list[Fact] = field(default_factory=list)
    refused: list[Fact] = field(default_factory=list)
    late: set[UUID] = field(default_factory=set)
    """Workers who were certified when they sat there no longer."""


def record(recorded: Iterable[TrainingResultRecorded], enrolled: Enrolled, courses: Mapping[UUID, Course]) -> Recorded:
    """Record how participants did. Refuses a result for a worker who is not in training there.

    A result counts by its day: also for a worker whose first working day came later and was heard first, if the seat has not
    gone to somebody else.
    """
    known = Recorded()
    for event in recorded:
        seat = enrolled.get(Asked(event.worker, event.course))
        if (reason := _why_not(seat, event, courses)) is not None:
            known.refused.append(event)
            known.events.append(_refuse(event, reason))
        elif seat is not None:
            known.counted.append(event)
            if event.result == "graduated" and seat.enrolment.state == "cancelled":
                known.late.add(event.worker)
            known.events += _complete(seat, courses[event.course], event)
    return known


def give_up(
    said: Iterable[NoShowRecorded | SeatDeclined], enrolled: Enrolled, courses: Mapping[UUID, Course]
) -> Recorded:
    """Let participants give up their seats who did not come, or who decline them. The latter wait for other courses.

    Who works again by an employer's word is out of the line until that is void.
    """
    known = Recorded()
    for event in said:
        seat = enrolled.get(Asked(event.worker, event.course))
        if seat is None or seat.enrolment.state != "in-training":
            known.refused.append(event)
            known.events += _refuse_giving_up(event, seat)
            continue
        application, course = seat.application, courses[seat.enrolment.course]
        reason: Literal["no-show", "declined"] = "declined" if isinstance(event, SeatDeclined) else "no-show"
        known.counted.append(event)
        seat.enrolment.give_back(course, reason, event.on, event.envelope.id)
        known.events.append(announcements.given_up(seat, course, reason))
        if reason == "declined":
            application.declined = [*(application.declined or ()), course.id]
            application.came = "from-a-declined-seat"
        application.do_without_seat("waiting" if reason == "declined" else "absent")
    return known


def have_again(
    retracted: Iterable[WorkerFactRetracted], enrolled: Enrolled, courses: Mapping[UUID, Course], known: Known
) -> list[Event]:
    """Let participants have the seat again of whom it was retracted that they gave it up; if it is gone, they wait.

    Who sits elsewhere meanwhile stays there, and whose spell is over has neither.
    """
    events: list[Event] = []
    for event in retracted:
        seat = enrolled.get(seat_of(event))
        if seat is None or seat.enrolment.reason not in GIVEN_UP or seat.enrolment.result_fact != event.fact:
            continue
        application, enrolment = seat
        course = courses[enrolment.course]
        application.declined = [id for id in application.declined or () if id != course.id] or None
        application.changed = True
        reason = _why_over(application, course, known)
        may_sit = reason is None and (application.state in ("absent", "waiting") or _sat_until_it_went(application))
        if may_sit and (again := seat_again(seat, course)):
            events += again
            continue
        # it went to somebody else or is over, and the worker neither stayed away nor declined
        enrolment.cancel(application.reason or reason or "withdrawn")
        if application.state == "absent" and _waits(application, reason):
            events.append(announcements.waitlisted(application))
    return events


def void(
    retracted: Iterable[WorkerFactRetracted], enrolled: Enrolled, courses: Mapping[UUID, Course], known: Known
) -> list[Voided]:
    """Let participants be in training again whose result was retracted.

    Whose spell or course is over gives the seat back. Whose seat went to somebody else waits, first for the next.
    """
    voided: list[Voided] = []
    for event in retracted:
        seat = enrolled.get(seat_of(event))
        result = seat.enrolment.result if seat and event.retracts == RESULT else None
        if seat is None or result is None or seat.enrolment.result_fact not in (None, event.fact):
            continue
        application, enrolment = seat
        course = courses[enrolment.course]
        voided.append(Voided(seat, course, result, enrolment.certificate))
        has_seat = not enrolment.released or course.take_again(enrolment.seat)
        enrolment.void_result()
        reason = _why_over(application, course, known)
        if has_seat and reason is None:
            application.turn("in-training")
            continue
        voided[-1].cancelled = reason
        enrolment.cancel(reason or "withdrawn")
        if has_seat:
            course.take_back(enrolment.seat)
        _waits(application, reason)
    return voided


def seat_of(event: WorkerFactRetracted) -> Asked:
    """Name the seat of which a fact was said that is retracted."""
    return Asked(event.worker, event.course, event.fact)


def _refuse_giving_up(event: NoShowRecorded | SeatDeclined, seat: Seat | None) -> list[Event]:
    """Refuse what a provider says of a seat that the worker does not have. Who declines a seat that is gone has none."""
    if isinstance(event, SeatDeclined):
        return []
    if seat is None:
        return [_refuse(event, "never-enrolled")]
    return [_refuse(event, "enrolment-cancelled" if seat.enrolment.state == "cancelled" else "already-recorded")]


def _why_not(
    seat: Seat | None, event: TrainingResultRecorded, courses: Mapping[UUID, Course]
) -> Literal["never-enrolled", "enrolment-cancelled", "already-recorded"] | None:
    """Say why a result cannot be. It has its seat again who gave it back for work that began after the result."""
    if seat is None:
        return "never-enrolled"
    enrolment = seat.enrolment
    if enrolment.state == "in-training":
        return None
    if enrolment.state != "cancelled":
        return "already-recorded"
    worked_later = enrolment.reason in OUTCOMES and enrolment.ended_on is not None and event.on <= enrolment.ended_on
    has_seat = worked_later and courses[event.course].take_again(enrolment.seat)
    return None if has_seat else "enrolment-cancelled"


def _why_over(application: Application, course: Course, known: Known) -> EnrolmentEnd | None:
    """Say why a seat in the course would be over for the application, if it is."""
    if max(known.get(application.worker, ()), default=0) > application.spell:
        return "new-spell"
    if application.is_over:
        return "withdrawn"
    return "course-cancelled" if course.state == "cancelled" else None


def _waits(application: Application, reason: EnrolmentEnd | None) -> bool:
    """Let who has no seat wait if the spell is not over, and say so; without a reason the seat went to somebody else."""
    if reason not in (None, "course-cancelled"):
        application.turn("withdrawn", reason)
        return False
    application.do_without_seat("waiting")
    application.came = "from-a-cancelled-course" if reason else "now"
    return application.state == "waiting"


def _sat_until_it_went(application: Application) -> bool:
    """Whether the seat went that was kept under an employer's word, which is neither confirmed nor void."""
    return application.state == "withdrawn" and application.employer_says is not None


def _complete(seat: Seat, course: Course, event: TrainingResultRecorded) -> list[Event]:
    """Complete or break off the course. Who left while newcomers may start leaves the seat to the next in line."""
    application, enrolment = seat
    if event.result == "graduated":
        enrolment.graduate(course.certificate(enrolment.seat), event.on, event.envelope.id)
        application.turn("graduated")
        return [announcements.graduated(seat, course, event.on)]
    enrolment.break_off(event.result, event.on, event.envelope.id)
    application.turn("not-completed")
    events: list[Event] = [announcements.not_completed(seat, course, event.result, event.on)]
    if event.result == "left" and event.on <= course.entry_until and course.is_entry_open:
        enrolment.released = True
        course.take_back(enrolment.seat)
        events.append(announcements.given_up(seat, course, "left-early"))
    return events


def _refuse(
    event: TrainingResultRecorded | NoShowRecorded,
    reason: Literal["never-enrolled", "enrolment-cancelled", "already-recorded"],
) -> TrainingResultRefused:
    return TrainingResultRefused(
        worker=event.worker, course=event.course, code=event.code, agency=event.agency, reason=reason
    )
