"""Training results: graduated (with a certificate's number), failed or left. `record` returns the events to announce."""

from collections.abc import Iterable, Mapping
from typing import Literal
from uuid import UUID

from services.training import announcements
from services.training.domain.entities import Application, Course
from shared.events import Event, TrainingResultRecorded, TrainingResultRefused

Enrolled = Mapping[tuple[UUID, UUID], Application]
"""(Worker, course) -> the application under which the worker sits, or last sat, in the course, with that enrolment."""


def record(
    recorded: Iterable[TrainingResultRecorded], enrolled: Enrolled, courses: Mapping[UUID, Course]
) -> list[Event]:
    """Record how participants did; the seat stays used up. Refuses a result for a worker who is not in training there."""
    events: list[Event] = []
    for event in recorded:
        application = enrolled.get((event.worker, event.course))
        if application is None:
            events.append(_refuse(event, "never-enrolled"))
        elif application.enrolment.state == "cancelled":
            events.append(_refuse(event, "enrolment-cancelled"))
        elif application.enrolment.state != "in-training":
            events.append(_refuse(event, "already-recorded"))
        else:
            events.append(_complete(application, courses[event.course], event))
    return events


def _complete(application: Application, course: Course, event: TrainingResultRecorded) -> Event:
    enrolment = application.enrolment
    if event.result == "graduated":
        enrolment.graduate(certificate=f"{course.agency}/{course.code}/{enrolment.seat}")
        application.turn("graduated")
        return announcements.graduated(application, course, event.on)
    enrolment.break_off(event.result)
    application.turn("not-completed")
    return announcements.not_completed(application, course, event.result, event.on)


def _refuse(
    event: TrainingResultRecorded, reason: Literal["never-enrolled", "enrolment-cancelled", "already-recorded"]
) -> TrainingResultRefused:
    return TrainingResultRefused(
        worker=event.worker, course=event.course, code=event.code, agency=event.agency, reason=reason
    )
