"""Courses: offered, amended, cancelled, paused and resumed. Each function returns the events to announce."""

from collections.abc import Iterable
from datetime import date
from typing import Literal
from uuid import UUID

from services.training import announcements
from services.training.domain.entities import Application, Course
from shared.events import (
    CourseCancelled,
    CourseOffered,
    CourseOfferRefused,
    CoursePaused,
    CourseResumed,
    Event,
)

Courses = dict[UUID, Course]


def offer(
    offered: Iterable[CourseOffered], courses: Courses, participants: Iterable[Application] = (), *, today: date
) -> tuple[list[Event], set[UUID]]:
    """Put courses on offer, or amend them; participants are told of other days, another place or another mode.

    Refuses fewer seats than are taken, another vocation once somebody has sat there, and a course that was cancelled. Gives the events, and
    the offers that never count: a cancellation can be retracted, and then the offer after it counts.
    """
    events: list[Event] = []
    never: set[UUID] = set()
    before = {id: as_told(course) for id, course in courses.items()}
    for event in offered:
        course = courses.get(event.course)
        if course is None:
            courses[event.course] = Course.offered(event, today)
        elif course.state == "cancelled" and not course.void:
            events.append(_refuse(event, "course-cancelled"))
        elif event.seats < course.taken:
            never.add(event.envelope.id)
            events.append(_refuse(event, "seats-taken"))
        elif course.handed_out and event.vocation != course.vocation:
            never.add(event.envelope.id)
            events.append(_refuse(event, "seats-taken", detail="vocation-stays"))
        else:
            course.amend(event)
            if course.void:
                course.void = False
                course.turn("open")
    changed = [
        announcements.changed(application.seat, course)
        for application in participants
        if as_told(course := courses[application.enrolment.course]) != before[course.id]
    ]
    return events + changed, never


def as_told(course: Course) -> tuple[object, ...]:
    """Give what a participant is told of a course."""
    return course.region, course.venue, course.mode, course.starts_on, course.ends_on


def cancel(cancelled: Iterable[CourseCancelled], courses: Courses, participants: Iterable[Application]) -> list[Event]:
    """Cancel courses; those who sit in one go back to their old place on the waiting list, unless an employer says that they work again."""
    for event in cancelled:
        if (course := courses.get(event.course)) is not None and course.state != "cancelled":
            course.turn("cancelled")
    return release(participants, courses)


def release(participants: Iterable[Application], courses: Courses) -> list[Event]:
    """Let the participants of cancelled courses go back to their old place on the waiting list, unless an employer says that they work again."""
    events: list[Event] = []
    for application in participants:
        seat = application.seat
        course = courses[seat.enrolment.course]
        seat.enrolment.give_back(course, "course-cancelled")
        application.do_without_seat("waiting")
        application.came = "from-a-cancelled-course"
        events.append(announcements.enrolment_cancelled(seat, course, "course-cancelled"))
    return events


def pause(paused: Iterable[CoursePaused], courses: Courses, participants: Iterable[Application]) -> list[Event]:
    """Pause open courses: seats are kept, and none is given."""
    reasons = {}
    for event in paused:
        if (course := courses.get(event.course)) is not None and course.state == "open":
            course.turn("paused")
            reasons[event.course] = event.reason
    return [
        announcements.paused(application.seat, courses[id], reasons[id])
        for application in participants
        if (id := application.enrolment.course) in reasons
    ]


def resume(resumed: Iterable[CourseResumed], courses: Courses, participants: Iterable[Application]) -> list[Event]:
    """Resume paused courses, perhaps in another mode."""
    resumed_now = set()
    for event in resumed:
        if (course := courses.get(event.course)) is not None and course.state == "paused":
            course.turn("open")
            course.mode = event.mode or course.mode
            resumed_now.add(event.course)
    return [
        announcements.resumed(application.seat, courses[id])
        for application in participants
        if (id := application.enrolment.course) in resumed_now
    ]


def _refuse(
    event: CourseOffered,
    reason: Literal["seats-taken", "course-cancelled"],
    *,
    detail: Literal["vocation-stays"] | None = None,
) -> CourseOfferRefused:
    return CourseOfferRefused(course=event.course, code=event.code, agency=event.agency, reason=reason, detail=detail)
