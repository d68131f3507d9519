"""What becomes of an application: admitted, judged anew, refused, or let go of; and what is said about it."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from services.training import steps
from services.training.entities import Application, Course
from shared.events import ApplicationAmended, Event, RegistrationWithdrawn, WorkerPlaced, WorkerRegistered
from shared.events.vocabulary import EnrolmentEnd

Courses = Mapping[UUID, Course]
Known = dict[UUID, dict[int, Application]]
"""Worker -> spell -> application."""
Applied = WorkerRegistered | ApplicationAmended


def admit(applied: Sequence[Applied], known: Known, courses: Courses) -> list[Event]:
    """Take in applications, new and amended; who may be seated is left `waiting` and changed, for the allocation.

    A new spell ends what is open of an older one. A spell that is over before it is heard of is counted, not seated.
    """
    said: list[Event] = []
    for event in applied:
        spells = known.setdefault(event.worker, {})
        said += [
            let_go(older, "new-spell", courses)
            for spell, older in spells.items()
            if spell < event.spell and older.is_open
        ]
        application = spells.get(event.spell)
        if application is not None and application.state != "gone":
            said += _amend(application, event)
        elif "training" in event.wants:
            ended = application.reason if application else "new-spell" if event.spell < max(spells, default=0) else None
            is_kept = application is not None and application.is_kept
            spells[event.spell] = application = _application(event, spells, is_kept=is_kept)
            said += [let_go(application, ended, courses)] if ended else _judge(application)
    return said


def let_go(application: Application, reason: EnrolmentEnd, courses: Courses) -> Event:
    """End an open application; the seat that it may hold is free again."""
    if application.state == "in-training":
        enrolment = application.enrolment
        course = courses[enrolment.course]
        application.turn("withdrawn", reason)
        enrolment.cancel(reason)
        course.take_back(enrolment.seat)
        return steps.enrolment_cancelled(application, course, reason)
    application.turn("withdrawn", reason)
    return steps.waiting_ended(application, reason)


def let_go_of_withdrawn(withdrawn: Iterable[RegistrationWithdrawn], known: Known, courses: Courses) -> list[Event]:
    """End what is open of the spells that were withdrawn."""
    affected = (known.get(event.worker, {}).get(event.spell) for event in withdrawn)
    return [
        let_go(application, "withdrawn", courses)
        for application in affected
        if application is not None and application.is_open
    ]


def let_go_of_placed(placed: Iterable[WorkerPlaced], known: Known, courses: Courses) -> list[Event]:
    """End what is open of the spells of those who work again; a spell not heard of yet is remembered as gone."""
    said: list[Event] = []
    for event in placed:
        spells = known.setdefault(event.worker, {})
        application = spells.get(event.spell)
        if application is None:
            spells[event.spell] = _gone(event)
        elif application.is_open:
            said.append(let_go(application, event.outcome, courses))
    return said


def tell(applications: Iterable[Application], courses: Courses) -> list[Event]:
    """Say what the allocation came to: a seat, or a place on the waiting list for who is new to it."""
    return [
        steps.enrolled(application, courses[application.enrolment.course])
        if application.state == "in-training"
        else steps.waitlisted(application)
        for application in applications
        if application.state == "in-training" or application.came != "from-the-list"
    ]


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
    """Know what is so now. Who waits or was refused is judged anew; the place in line is kept."""
    if isinstance(event, WorkerRegistered):
        return []  # a dead letter that was replayed after what came later
    application.amend(event)
    return _judge(application) if application.state in ("waiting", "refused") else []


def _judge(application: Application) -> list[Event]:
    """Leave the worker to the allocation, unless every vocation wished for is one they are certified in."""
    if not application.asks_for_nothing_new:
        application.turn("waiting")
        return []
    if application.state == "refused":
        return []
    application.turn("refused")
    return [steps.refused(application)]
