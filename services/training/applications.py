"""Applications for training: taken in, amended, refused and ended. Each function returns the events to announce."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from services.training import announcements
from services.training.domain.entities import Application, Course
from shared.events import (
    ApplicationAmended,
    Event,
    RegistrationWithdrawn,
    WorkerPlaced,
    WorkerRegistered,
    WorkerRestricted,
)
from shared.events.vocabulary import EnrolmentEnd

Courses = Mapping[UUID, Course]
Known = dict[UUID, dict[int, Application]]
"""Worker -> spell -> application."""
Applied = WorkerRegistered | ApplicationAmended


def admit(applied: Sequence[Applied], known: Known, courses: Courses) -> list[Event]:
    """Take in applications, new and amended. Those that may get a seat are `waiting` and changed afterwards.

    A new spell ends what is open of an older one. A spell that ended before its application came is counted, not seated.
    """
    events: list[Event] = []
    for event in applied:
        spells = known.setdefault(event.worker, {})
        events += [
            end(older, "new-spell", courses) for spell, older in spells.items() if spell < event.spell and older.is_open
        ]
        application = spells.get(event.spell)
        if application is not None and application.state != "gone":
            events += _amend(application, event)
        elif "training" in event.wants:
            ended = application.reason if application else "new-spell" if event.spell < max(spells, default=0) else None
            is_kept = application is not None and application.is_kept
            spells[event.spell] = application = _application(event, spells, is_kept=is_kept)
            events += [end(application, ended, courses)] if ended else _judge(application)
    return events


def end(application: Application, reason: EnrolmentEnd, courses: Courses) -> Event:
    """End an open application; a seat that it holds is free again."""
    if application.state == "in-training":
        enrolment = application.enrolment
        course = courses[enrolment.course]
        application.turn("withdrawn", reason)
        enrolment.cancel(reason)
        course.take_back(enrolment.seat)
        return announcements.enrolment_cancelled(application, course, reason)
    application.turn("withdrawn", reason)
    return announcements.waiting_ended(application, reason)


def end_withdrawn(withdrawn: Iterable[RegistrationWithdrawn], known: Known, courses: Courses) -> list[Event]:
    """End what is open of the spells that were withdrawn."""
    affected = (known.get(event.worker, {}).get(event.spell) for event in withdrawn)
    return [
        end(application, "withdrawn", courses)
        for application in affected
        if application is not None and application.is_open
    ]


def restrict(restricted: Iterable[WorkerRestricted], known: Known) -> list[Application]:
    """Restrict these workers, or no longer. Gives the applications that changed and wait: they are to be judged again."""
    for event in restricted:
        for application in known.get(event.worker, {}).values():
            application.changed |= application.restricted != event.restricted
            application.restricted = event.restricted
    return [each for spells in known.values() for each in spells.values() if each.changed and each.state == "waiting"]


def end_all(known: Known, courses: Courses) -> list[Event]:
    """End all that is open of these workers: they were erased."""
    return [
        end(application, "withdrawn", courses)
        for spells in known.values()
        for application in spells.values()
        if application.is_open
    ]


def end_placed(placed: Iterable[WorkerPlaced], known: Known, courses: Courses) -> list[Event]:
    """End what is open of the spells of those who work again; a spell that is not known yet is kept as `gone`."""
    events: list[Event] = []
    for event in placed:
        spells = known.setdefault(event.worker, {})
        application = spells.get(event.spell)
        if application is None:
            spells[event.spell] = _gone(event)
        elif application.is_open:
            events.append(end(application, event.outcome, courses))
    return events


def _application(event: Applied, spells: Mapping[int, Application], *, is_kept: bool) -> Application:
    return Application(
        worker=event.worker,
        spell=event.spell,
        applied_on=event.applied_on,
        position=event.envelope.position,
        region=event.region,
        reach=event.reach,
        wishes=event.wishes,
        concerns=event.concerns,
        certified=next(iter(spells.values())).certified if spells else frozenset(),
        restricted=event.restricted or any(application.restricted for application in spells.values()),
        changed=True,
        is_kept=is_kept,
    )


def _gone(event: WorkerPlaced) -> Application:
    return Application(
        worker=event.worker,
        spell=event.spell,
        applied_on=event.on,
        position=0,
        concerns=list(event.concerns),
        state="gone",
        reason=event.outcome,
        changed=True,
    )


def _amend(application: Application, event: Applied) -> list[Event]:
    """Apply the amended fields; judge again an application that waits or was refused. The place in line is kept."""
    if isinstance(event, WorkerRegistered):
        return []  # a dead letter, replayed after later events of the same spell
    application.amend(event)
    return _judge(application) if application.state in ("waiting", "refused") else []


def _judge(application: Application) -> list[Event]:
    """Leave the application to the allocation; refuse it when the worker is certified in every vocation wished for."""
    if not application.asks_for_nothing_new:
        application.turn("waiting")
        return []
    if application.state == "refused":
        return []
    application.turn("refused")
    return [announcements.refused(application)]
