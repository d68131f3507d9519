"""Applications that go on: what ended them was retracted. Each function returns the events to announce.

A seat that has not gone to somebody else is the worker's again; otherwise the worker waits at the old place in line.
"""

from collections.abc import Iterable

from services.training.applications import Courses, admit, end, forget_word, judge, seat_again
from services.training.domain.entities import Application
from services.training.domain.known import Known
from shared.events import ApplicationAmended, Event, PlacementGraded, PlacementVoided, RegistrationReinstated
from shared.events.vocabulary import OUTCOMES, EnrolmentEnd


def void_placements(voided: Iterable[PlacementVoided], known: Known, courses: Courses) -> list[Event]:
    """Let the applications go on that a placement ended; forget a spell that is known by the placement alone."""
    events: list[Event] = []
    for event in voided:
        key = known.joint(event.worker, event.spell)
        own, joint = known.of(event.worker, event.spell), known.of(*key) if key else None
        forget_word(event.worker, own, joint)
        for application in (own, joint):
            if application is None:
                continue
            if application.state == "in-training" and _is_past(application, known):
                events.append(end(application, "new-spell", courses))
            if application.reason not in OUTCOMES:
                continue
            if application is joint and application.ended_as != event.worker:
                continue
            if application.state == "gone":
                known.forget(application)
            elif application is own and joint is not None:
                application.turn("withdrawn", "new-spell")
            else:
                events += _go_on(application, known, courses, keeps_place=True)
    return events


def give_seats_back(event: PlacementGraded, known: Known, courses: Courses) -> list[Event]:
    """Give a worker the seat again that a confirmation freed which was taken back, if it has not gone to somebody else."""
    key = known.joint(event.worker, event.spell)
    own, joint = known.of(event.worker, event.spell), known.of(*key) if key else None
    events: list[Event] = []
    for application in (own, joint):
        if application is None:
            continue
        ended_by_it = application is own or application.ended_as == event.worker
        if application.state == "withdrawn" and application.reason in OUTCOMES and ended_by_it:
            is_present = not _is_past(application, known) and not application.is_over
            if application.enrolments and is_present and application.enrolment.reason == application.reason:
                events += seat_again(application.seat, courses[application.enrolment.course])
        if application.state == "in-training":
            application.heed(event.outcome, event.worker if application is joint else None)
    return events


def reinstate(reinstated: Iterable[RegistrationReinstated], known: Known, courses: Courses) -> list[Event]:
    """Let the applications go on of spells whose withdrawal was retracted."""
    events: list[Event] = []
    for event in reinstated:
        application = known.of(event.worker, event.spell)
        if application is None:
            events += admit([_as_amendment(event)], known, courses)
            continue
        application.amend(_as_amendment(event))
        application.is_over = False
        if application.state == "withdrawn" and application.reason == "withdrawn":
            events += _go_on(application, known, courses, keeps_place=event.keeps_place)
        elif application.state == "refused":
            events += judge(application)
        elif application.state == "waiting" and not application.wants_training:
            events.append(end(application, "withdrawn", courses))
    return events


def _go_on(application: Application, known: Known, courses: Courses, *, keeps_place: bool) -> list[Event]:
    """Give the seat back that was held, or the place in line. A spell that is over for another reason stays over."""
    over: EnrolmentEnd | None = "withdrawn" if application.is_over or not application.wants_training else None
    if _is_past(application, known):
        over = "new-spell"
    if over is not None:
        application.turn("withdrawn", over)
        return []
    held = application.seat if application.enrolments else None
    if held is not None and held.enrolment.reason == application.reason and keeps_place:
        again = seat_again(held, courses[held.enrolment.course])
        if again:
            return again
    application.came = "now"
    application.do_without_seat("waiting")
    return judge(application) if application.state == "waiting" else []


def _is_past(application: Application, known: Known) -> bool:
    """Whether the worker is in a later spell."""
    return max(known[application.worker]) > application.spell


def _as_amendment(event: RegistrationReinstated) -> ApplicationAmended:
    return ApplicationAmended(
        worker=event.worker,
        spell=event.spell,
        concerns=event.concerns,
        applied_on=event.applied_on,
        region=event.region,
        reach=event.reach,
        sex=event.sex,
        wants=event.wants,
        wishes=event.wishes,
        restricted=event.restricted,
        position=None if event.keeps_place else event.envelope.position,
        envelope=event.envelope,
    )
