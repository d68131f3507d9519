"""Courses of which something was retracted: a course is what the facts that are left say of it, in their order."""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from services.training import announcements
from services.training.applications import seat_again
from services.training.courses import Courses, cancel, offer, pause, release, resume
from services.training.domain.entities import Application, Course, CourseState
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
    courses: Courses = {}
    for fact in facts:
        match fact:
            case CourseOffered():
                offer([fact], courses)
            case CourseCancelled():
                cancel([fact], courses, [])
            case CoursePaused():
                pause([fact], courses, [])
            case CourseResumed():
                resume([fact], courses, [])
    return courses


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
    told, known, before = fold(kept), set(forgotten), {id: course.state for id, course in courses.items()}
    for event in retracted:
        course = courses.get(event.course)
        if course is not None and event.fact in known:
            _become(course, told.get(course.id))
        elif course is not None and event.retracts in UNDONE:
            course.void = event.retracts == type_of(CourseOffered)
            _turn(course, UNDONE[event.retracts])
    now = {id: (before[id], course.state) for id, course in courses.items()}
    seated = list(participants)
    gone = [each for each in seated if now[each.enrolment.course][1] == "cancelled"]
    events = [event for each in seated for event in _tell(each, courses, now) if each not in gone]
    events += release(gone, courses)
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


def _turn(course: Course, state: CourseState) -> None:
    if course.state != state:
        course.turn(state)
    course.changed = course.amended = True


def _tell(
    participant: Application, courses: Courses, now: Mapping[UUID, tuple[CourseState, CourseState]]
) -> list[Event]:
    """Tell a participant that the course is paused, or goes on."""
    course = courses[participant.enrolment.course]
    match now[course.id]:
        case ("open", "paused"):
            return [announcements.paused(participant.seat, course, "other")]
        case ("paused", "open"):
            return [announcements.resumed(participant.seat, course)]
    return []
