"""The events that training announces, each made from an application and the course that it is about."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Literal
from uuid import UUID

from services.training.domain.entities import Application, Course, Seat, Voided
from services.training.domain.known import Known
from shared.events import (
    NO_ENVELOPE,
    ApplicationRefused,
    CourseChanged,
    EnrolmentCancelled,
    Event,
    SeatGivenUp,
    TrainingNotCompleted,
    TrainingPaused,
    TrainingResultVoided,
    TrainingResumed,
    WaitingEnded,
    WorkerEnrolled,
    WorkerGraduated,
    WorkerWaitlisted,
    chosen_id,
)
from shared.events.vocabulary import EnrolmentEnd, PauseReason, Result


def _worker(application: Application) -> dict[str, Any]:
    return {"worker": application.worker, "spell": application.spell, "concerns": application.concerns}


def _seat(seat: Seat) -> dict[str, Any]:
    """Name the worker of a seat by the id under which it was given."""
    worker, spell = seat.enrolment.given_to
    return {"worker": worker, "spell": spell, "concerns": seat.application.concerns}


def _course(course: Course) -> dict[str, Any]:
    return {"course": course.id, "code": course.code, "provider": course.agency, "title": course.title}


def seated_or_waitlisted(applications: Iterable[Application], courses: Mapping[UUID, Course]) -> list[Event]:
    """Say what the allocation decided: a seat, or a place on the waiting list for those who are new to it."""
    return [
        enrolled(application, courses[application.enrolment.course])
        if application.state == "in-training"
        else waitlisted(application)
        for application in applications
        if application.state == "in-training" or application.came != "from-the-list"
    ]


def enrolled(application: Application, course: Course, *, again: bool = False) -> WorkerEnrolled:
    """Say that the worker has a seat, or has it `again`, and why it is theirs. The event that says it first has the enrolment's id."""
    enrolment = application.enrolment
    return WorkerEnrolled(
        **_worker(application),
        **_course(course),
        vocation=enrolment.vocation,
        region=course.region,
        reach=course.reach,
        mode=course.mode,
        starts_on=course.starts_on,
        ends_on=course.ends_on,
        seat=enrolment.seat,
        seats=course.seats,
        applied_on=application.applied_on,
        order=enrolment.basis,
        from_waiting_list=enrolment.from_waiting_list,
        again=again,
        envelope=NO_ENVELOPE if again else chosen_id(enrolment.id),
    )


def waitlisted(application: Application) -> WorkerWaitlisted:
    """Say that no seat fits yet, and that the place in line is kept."""
    return WorkerWaitlisted(
        **_worker(application),
        applied_on=application.applied_on,
        wishes=application.wishes,
        reason="course-cancelled" if application.came == "from-a-cancelled-course" else "no-free-seat",
    )


def refused(application: Application) -> ApplicationRefused:
    """Say that the worker is certified in every vocation wished for."""
    return ApplicationRefused(**_worker(application), reason="already-certified")


def waiting_ended(application: Application, reason: EnrolmentEnd) -> WaitingEnded:
    """Say that the worker left the waiting list without a seat."""
    return WaitingEnded(**_worker(application), reason=reason)


def enrolment_cancelled(seat: Seat, course: Course, reason: EnrolmentEnd) -> EnrolmentCancelled:
    """Say that the seat was given back."""
    return EnrolmentCancelled(**_seat(seat), **_course(course), reason=reason)


def given_up(seat: Seat, course: Course, reason: Literal["no-show", "declined", "left-early"]) -> SeatGivenUp:
    """Say that the worker did not come, declined the seat or left early."""
    return SeatGivenUp(**_seat(seat), **_course(course), reason=reason)


def changed(seat: Seat, course: Course) -> CourseChanged:
    """Say what the course of a participant is now."""
    return CourseChanged(
        **_seat(seat),
        **_course(course),
        region=course.region,
        venue=course.venue,
        mode=course.mode,
        starts_on=course.starts_on,
        ends_on=course.ends_on,
    )


def graduated(seat: Seat, course: Course, on: date) -> WorkerGraduated:
    """Say that the worker completed the course, and give the certificate's number."""
    application, enrolment = seat
    return WorkerGraduated(
        **_seat(seat),
        **_course(course),
        vocation=enrolment.vocation,
        certificate=enrolment.certificate or "",
        on=on,
        region=application.region,
        reach=application.reach,
    )


def not_completed(seat: Seat, course: Course, result: Result, on: date) -> TrainingNotCompleted:
    """Say that the worker failed the course or left it."""
    application = seat.application
    return TrainingNotCompleted(
        **_seat(seat),
        **_course(course),
        result=result,
        on=on,
        region=application.region,
        reach=application.reach,
        wishes=application.wishes,
    )


def voided(results: Iterable[Voided], known: Known) -> Iterator[Event]:
    """Say which results were retracted, which certificates are revoked with them, and who gave the seat back."""
    for each in results:
        application, enrolment = seat = each.seat
        yield TrainingResultVoided(
            **_seat(seat),
            **_course(each.course),
            vocation=enrolment.vocation,
            result=each.result,
            certificate=each.certificate,
            still_certified=enrolment.vocation in known.certified(application.worker),
        )
        if each.cancelled is not None:
            yield enrolment_cancelled(seat, each.course, each.cancelled)
        if application.state == "waiting":
            yield waitlisted(application)


def paused(seat: Seat, course: Course, reason: PauseReason) -> TrainingPaused:
    """Say that the course is paused and the seat is kept."""
    return TrainingPaused(**_seat(seat), **_course(course), reason=reason)


def resumed(seat: Seat, course: Course) -> TrainingResumed:
    """Say that the course goes on, and in what mode."""
    return TrainingResumed(**_seat(seat), **_course(course), mode=course.mode)
