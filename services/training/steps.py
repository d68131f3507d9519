"""How training says what it did: each event made from an application and the course it concerns."""

from datetime import date
from typing import Any

from services.training.entities import Application, Course
from shared.events import (
    ApplicationRefused,
    EnrolmentCancelled,
    TrainingNotCompleted,
    TrainingPaused,
    TrainingResumed,
    WaitingEnded,
    WorkerEnrolled,
    WorkerGraduated,
    WorkerWaitlisted,
)
from shared.events.vocabulary import EnrolmentEnd, PauseReason, Result


def _worker(application: Application) -> dict[str, Any]:
    return {"worker": application.worker, "spell": application.spell, "concerns": application.concerns}


def _course(course: Course) -> dict[str, Any]:
    return {"course": course.id, "code": course.code, "provider": course.agency, "title": course.title}


def enrolled(application: Application, course: Course) -> WorkerEnrolled:
    """Say that the worker has a seat, and why it is theirs."""
    enrolment = application.enrolment
    return WorkerEnrolled(
        **_worker(application),
        **_course(course),
        vocation=enrolment.vocation,
        region=course.region,
        mode=course.mode,
        starts_on=course.starts_on,
        ends_on=course.ends_on,
        seat=enrolment.seat,
        seats=course.seats,
        applied_on=application.applied_on,
        order=enrolment.basis,
        from_waiting_list=enrolment.from_waiting_list,
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
    """Say that there is nothing new to learn among the worker's wishes."""
    return ApplicationRefused(**_worker(application), reason="already-certified")


def waiting_ended(application: Application, reason: EnrolmentEnd) -> WaitingEnded:
    """Say that the worker left the waiting list without a seat."""
    return WaitingEnded(**_worker(application), reason=reason)


def enrolment_cancelled(application: Application, course: Course, reason: EnrolmentEnd) -> EnrolmentCancelled:
    """Say that the seat was given back."""
    return EnrolmentCancelled(**_worker(application), **_course(course), reason=reason)


def graduated(application: Application, course: Course, on: date) -> WorkerGraduated:
    """Say that the course was completed, and the certificate's number."""
    enrolment = application.enrolment
    return WorkerGraduated(
        **_worker(application),
        **_course(course),
        vocation=enrolment.vocation,
        certificate=enrolment.certificate or "",
        on=on,
        region=application.region,
        reach=application.reach,
    )


def not_completed(application: Application, course: Course, result: Result, on: date) -> TrainingNotCompleted:
    """Say that the worker failed or left."""
    return TrainingNotCompleted(
        **_worker(application),
        **_course(course),
        result=result,
        on=on,
        region=application.region,
        reach=application.reach,
        wishes=application.wishes,
    )


def paused(application: Application, course: Course, reason: PauseReason) -> TrainingPaused:
    """Say that the course stands still and the seat is kept."""
    return TrainingPaused(**_worker(application), **_course(course), reason=reason)


def resumed(application: Application, course: Course) -> TrainingResumed:
    """Say that the course goes on, and in what mode."""
    return TrainingResumed(**_worker(application), **_course(course), mode=course.mode)
