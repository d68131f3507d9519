"""Courses of which something was retracted: a course is what the facts that are left say of it, in their order."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from services.training import announcements
from services.training.applications import seat_again
from services.training.courses import Courses, as_told, cancel, offer, pause, release, resume
from services.training.domain.entities import Application, Course, CourseState, Seat
from shared.events import (
    CourseCancelled,
    CourseFactRetracted,
    CourseOffered,
    CoursePaused,
    CourseResumed,
    Event,
    Fact,
    type_of,
)

UNDONE: Final[dict[str, CourseState]] = {
    type_of(CourseOffered): "cancelled",
    type_of(CourseCancelled): "open",
    type_of(CoursePaused): "open",
    type_of(CourseResumed): "paused",
}
"""The state of a course after a fact is retracted that was said before facts were kept."""


def fold(facts: Iterable[Fact]) -> dict[UUID, Course]:
    """Say what courses are by what was said of them. One of which no offer is left is not among them."""
    told: Courses = {}
    for fact in facts:
        match fact:
            case CourseOffered():
                offer([fact], told, today=date.min)  # a course of which nobody asks for seats
            case CourseCancelled():
                cancel([fact], told, [])
            case CoursePaused():
                pause([fact], told, [])
            case CourseResumed():
                resume([fact], told, [])
    return told


def restate(
    retracted: Iterable[CourseFactRetracted],
    kept: Iterable[Fact],
    forgotten: Iterable[UUID],
    courses: Courses,
    participants: Iterable[Application],
    moved: Iterable[Application],
) -> list[Event]:
    """Let courses be what is still said of them. `forgotten` names the facts that had been kept, and no longer are.

    A course that is cancelled no more takes those back who sat in it and wait (`moved`); who sits elsewhere stays there.
    """
    told, known = fold(kept), set(forgotten)
    before = {id: (course.state, as_told(course)) for id, course in courses.items()}
    for event in retracted:
        course = courses.get(event.course)
        if course is None or event.retracts not in UNDONE:
            continue  # without a list of who came the course is the same
        if event.fact in known:
            _become(course, told.get(course.id))
        else:
            course.void = event.retracts == type_of(CourseOffered)
            _turn(course, UNDONE[event.retracts])
            course.was_resumed &= event.retracts != type_of(CourseResumed)
    seated = [(each, courses[each.enrolment.course]) for each in participants]
    events = [
        event for each, course in seated if course.state != "cancelled" for event in _tell(each.seat, course, before)
    ]
    events += release([each for each, course in seated if course.state == "cancelled"], courses)
    return events + [again for each in moved for again in seat_again(each.seat, courses[each.enrolment.course])]


def _become(course: Course, told: Course | None) -> None:
    """Let a course be what is told of it; it has as many seats as are taken, at least."""
    course.void = told is None
    if told is None:
        _turn(course, "cancelled")
        return
    told.seats = max(told.seats, course.taken)
    course.amend(told)
    _turn(course, told.state)
    course.was_resumed = told.was_resumed


def _turn(course: Course, state: CourseState) -> None:
    """Let a course be in a state as if it had been in no other since."""
    was_resumed = course.was_resumed
    if course.state != state:
        course.turn(state)
    course.was_resumed = was_resumed
    course.changed = course.amended = True


def _tell(seat: Seat, course: Course, before: Mapping[UUID, tuple[CourseState, tuple[object, ...]]]) -> Iterator[Event]:
    """Tell a participant that the course is paused, or goes on, and of other days, another place or another mode."""
    state, told = before[course.id]
    match (state, course.state):
        case ("open", "paused"):
            yield announcements.paused(seat, course, "other")
        case ("paused", "open"):
            yield announcements.resumed(seat, course)
    if as_told(course) != told:
        yield announcements.changed(seat, course)
