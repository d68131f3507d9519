"""What becomes of a course and those who sit in it: offered, cancelled, paused, resumed, completed; and what is said."""

from collections.abc import Iterable, Mapping
from typing import Literal
from uuid import UUID

from services.training import steps
from services.training.entities import Application, Course
from shared.events import (
    CourseCancelled,
    CourseOffered,
    CourseOfferRefused,
    CoursePaused,
    CourseResumed,
    Event,
    TrainingResultRecorded,
    TrainingResultRefused,
)

Courses = dict[UUID, Course]
Enrolled = Mapping[tuple[UUID, UUID], Application]
"""(Worker, course) -> the application under which the worker sat, or sits, in the course; its enrolment is that one."""


def offer(offered: Iterable[CourseOffered], courses: Courses) -> list[Event]:
    """Put courses on offer, or amend them. Refuses fewer seats than are taken, and a course that was cancelled."""
    said: list[Event] = []
    for event in offered:
        course = courses.get(event.course)
        if course is None:
            courses[event.course] = Course.offered(event)
        elif course.state == "cancelled":
            said.append(_refuse_offer(event, "course-cancelled"))
        elif event.seats < course.taken:
            said.append(_refuse_offer(event, "seats-taken"))
        else:
            course.amend(event)
    return said


def cancel(cancelled: Iterable[CourseCancelled], courses: Courses, participants: Iterable[Application]) -> list[Event]:
    """End courses; who sits in one goes back to the waiting list, to the old place in line."""
    for event in cancelled:
        if (course := courses.get(event.course)) is not None and course.state != "cancelled":
            course.turn("cancelled")
    said: list[Event] = []
    for application in participants:
        enrolment = application.enrolment
        course = courses[enrolment.course]
        course.take_back(enrolment.seat)
        enrolment.cancel("course-cancelled")
        application.turn("waiting")
        application.came = "from-a-cancelled-course"
        said.append(steps.enrolment_cancelled(application, course, "course-cancelled"))
    return said


def pause(paused: Iterable[CoursePaused], courses: Courses, participants: Iterable[Application]) -> list[Event]:
    """Let open courses stand still; seats are kept and none is given."""
    reasons = {}
    for event in paused:
        if (course := courses.get(event.course)) is not None and course.state == "open":
            course.turn("paused")
            reasons[event.course] = event.reason
    return [
        steps.paused(application, courses[id], reasons[id])
        for application in participants
        if (id := application.enrolment.course) in reasons
    ]


def resume(resumed: Iterable[CourseResumed], courses: Courses, participants: Iterable[Application]) -> list[Event]:
    """Let paused courses go on, perhaps in another mode."""
    going_on = set()
    for event in resumed:
        if (course := courses.get(event.course)) is not None and course.state == "paused":
            course.turn("open")
            course.mode = event.mode or course.mode
            going_on.add(event.course)
    return [
        steps.resumed(application, courses[id])
        for application in participants
        if (id := application.enrolment.course) in going_on
    ]


def record(recorded: Iterable[TrainingResultRecorded], enrolled: Enrolled, courses: Courses) -> list[Event]:
    """Take down how participants did; the seat stays used. Refuses a result that cannot be."""
    said: list[Event] = []
    for event in recorded:
        application = enrolled.get((event.worker, event.course))
        if application is None:
            said.append(_refuse_result(event, "never-enrolled"))
        elif application.enrolment.state == "cancelled":
            said.append(_refuse_result(event, "enrolment-cancelled"))
        elif application.enrolment.state != "in-training":
            said.append(_refuse_result(event, "already-recorded"))
        else:
            said.append(_complete(application, courses[event.course], event))
    return said


def _complete(application: Application, course: Course, event: TrainingResultRecorded) -> Event:
    enrolment = application.enrolment
    if event.result == "graduated":
        enrolment.graduate(certificate=f"{course.agency}/{course.code}/{enrolment.seat}")
        application.turn("graduated")
        return steps.graduated(application, course, event.on)
    enrolment.break_off(event.result)
    application.turn("not-completed")
    return steps.not_completed(application, course, event.result, event.on)


def _refuse_offer(event: CourseOffered, reason: Literal["seats-taken", "course-cancelled"]) -> CourseOfferRefused:
    return CourseOfferRefused(course=event.course, code=event.code, agency=event.agency, reason=reason)


def _refuse_result(
    event: TrainingResultRecorded, reason: Literal["never-enrolled", "enrolment-cancelled", "already-recorded"]
) -> TrainingResultRefused:
    return TrainingResultRefused(
        worker=event.worker, course=event.course, code=event.code, agency=event.agency, reason=reason
    )
