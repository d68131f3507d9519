"""Two ids of one worker: how their applications become one, and two again. `unite` and `part` return the events to announce.

What is given to a worker keeps the id under which it was given (`Enrolment.given_to`). While two ids mean one worker, the seat
that counts belongs to the application of the id that stays, and the other application is superseded: withdrawn, `new-spell`.
"""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from services.training.applications import Courses, end, gone, judge_again
from services.training.domain.entities import Application, ApplicationState
from services.training.domain.known import Known
from shared.events import Event, WorkerMerged, WorkerSplit
from shared.events.vocabulary import OUTCOMES, EnrolmentEnd
from shared.merges import Merged, Merges, Split

RANKS: Final[dict[ApplicationState, int]] = {
    "refused": 1,
    "absent": 2,
    "waiting": 3,
    "not-completed": 4,
    "graduated": 4,
    "in-training": 5,
}
"""Which of two applications goes on: a seat that is held, then one that is used up, then a place in line, then an absence."""


def unite(merged: Iterable[WorkerMerged], merges: Merges, known: Known, courses: Courses) -> list[Event]:
    """Make one application of two for one spell. The certificates of both ids count."""
    events: list[Event] = []
    for event in merged:
        if (each := merges.get(event.worker)) is not None:
            events += _unite(each, known, courses)
            events += judge_again(known.get(each.person, {}).values())
    return events


def part(splits: Iterable[Split], known: Known, courses: Courses) -> list[Event]:
    """Make two applications of one: each has what was given to its id. Who is left without a seat waits at the old place."""
    events: list[Event] = []
    for event, was, members in splits:
        if was.joint is not None:
            own, theirs = _give_back(event, was, members, known)
            events += _go_on(own, event, members, known, courses)
            events += _take_up(theirs, event, members, courses)
        events += judge_again(known.get(was.person, {}).values()) + judge_again(known.get(event.worker, {}).values())
    return events


def _unite(merged: Merged, known: Known, courses: Courses) -> list[Event]:
    theirs, joint = known.of(merged.worker, merged.spell), merged.joint
    if theirs is None or joint is None:
        return []
    own = known.of(*joint)
    ended = _why_it_ended(own, merged, known)
    if ended is not None:
        return [end(theirs, ended, courses, ended_as=merged.person)] if theirs.is_open else []
    if theirs.reason in OUTCOMES:
        return _end_as(theirs, own, joint, known, courses)
    if theirs.state not in RANKS:
        return []
    events: list[Event] = []
    if own is None:
        worker, spell = joint
        older = [each for each in known.get(worker, {}).values() if each.spell < spell and each.is_open]
        events += [end(each, "new-spell", courses) for each in older]
        own = known.keep(_superseded(theirs, worker, spell, known))
    if theirs.state == own.state == "in-training":
        events.append(end(max(own, theirs, key=_given), "new-spell", courses))
    _heed_word(own, theirs)
    if RANKS.get(theirs.state, 0) > RANKS.get(own.state, 0):
        _exchange(own, theirs)
        if own.state == "absent":
            _take_absence(own, theirs)
    if theirs.state in ("waiting", "absent"):
        theirs.turn("withdrawn", "new-spell")
    return events


def _why_it_ended(own: Application | None, merged: Merged, known: Known) -> EnrolmentEnd | None:
    """Say why the spell has ended as which another goes on, if it has."""
    if own is not None and own.is_open:
        return None
    if own is not None and own.state in ("withdrawn", "gone"):
        return own.reason
    worker, spell = merged.joint or (merged.person, 0)
    return "new-spell" if worker != merged.person or max(known.get(worker, {}), default=0) > spell else None


def _end_as(
    theirs: Application, own: Application | None, joint: tuple[UUID, int], known: Known, courses: Courses
) -> list[Event]:
    """End an application because the worker was placed under the other id."""
    reason = theirs.reason
    if reason is None:
        return []
    if own is None:
        known.keep(gone(*joint, theirs.applied_on, theirs.concerns, reason, ended_as=theirs.worker))
    elif own.is_open:
        return [end(own, reason, courses, ended_as=theirs.worker)]
    return []


def _superseded(like: Application, worker: UUID, spell: int, known: Known) -> Application:
    """Make an application of another id's, which is to take over what that one has."""
    return Application(
        worker=worker,
        spell=spell,
        applied_on=like.applied_on,
        position=like.position,
        region=like.region,
        reach=like.reach,
        sex=like.sex,
        wishes=list(like.wishes),
        concerns=list(like.concerns),
        state="withdrawn",
        reason="new-spell",
        wants_training=False,
        certified=known.certified(worker),
        changed=True,
    )


def _heed_word(own: Application, theirs: Application) -> None:
    """Let an employer's word of the other id be one of the worker's."""
    if own.employer_says is None:
        own.heed(theirs.employer_says, theirs.employer_says_of or theirs.worker)


def _given(application: Application) -> str:
    """Sort key of seats: in the order in which they were given."""
    return str(application.enrolment.id)


def _exchange(one: Application, other: Application) -> None:
    """Let each of two applications have the other's state and seat; places in line and wishes stay, and what was given back."""
    one.state, other.state = other.state, one.state
    one.reason, other.reason = other.reason, one.reason
    one.ended_as, other.ended_as = other.ended_as, one.ended_as
    kept = {each.key: [seat for seat in each.enrolments if seat.state != "cancelled"] for each in (one, other)}
    for each, seats in ((one, kept[other.key]), (other, kept[one.key])):
        each.enrolments = [seat for seat in each.enrolments if seat.state == "cancelled"] + seats
        each.changed = True
        for seat in seats:
            seat.move_to(*each.key)


def _take_absence(own: Application, theirs: Application) -> None:
    """Let the seat to which the worker did not come go along: it says since when the office is to ask."""
    own.enrolments += theirs.enrolments
    theirs.enrolments = []
    for seat in own.enrolments:
        seat.move_to(*own.key)


def _give_back(
    event: WorkerSplit, was: Merged, members: frozenset[UUID], known: Known
) -> tuple[Application | None, Application | None]:
    """Let each of two ids' applications have the seat that was given to its id. Gives both."""
    own, theirs = known.of(*was.joint) if was.joint else None, known.of(event.worker, event.spell)
    if own is None:
        return own, theirs
    went_home = own.state == "absent" and not own.enrolments  # the seat to which the worker did not come
    if _is_of(own, members) or went_home:
        theirs = theirs or known.keep(_superseded(own, event.worker, event.spell, known))
        home = known.of(*theirs.enrolment.given_to) if _is_of(theirs, members) else None
        if home is not None and home is not theirs:
            _exchange(home, theirs)
        _exchange(own, theirs)
    elif theirs is not None and theirs.enrolments and not _is_of(theirs, members):
        _exchange(own, theirs)
    astray = next((each for each in known.every() if each.worker not in members and _is_of(each, members)), None)
    if astray is not None and not (theirs and _is_of(theirs, members)):
        # it had to give way to a better one of another id that was merged, and went there
        theirs = theirs or known.keep(_superseded(astray, event.worker, event.spell, known))
        _exchange(astray, theirs)
    return own, theirs


def _is_of(application: Application, members: frozenset[UUID]) -> bool:
    """Whether the application has a seat that was given to one of these ids."""
    return bool(application.enrolments) and application.enrolment.given_to[0] in members


def _go_on(
    own: Application | None, event: WorkerSplit, members: frozenset[UUID], known: Known, courses: Courses
) -> list[Event]:
    """Let the application go on of whom the split leaves where it was."""
    if own is None:
        return []
    if own.employer_says_of in members:
        own.heed(None)
    wants_training = event.former_is_open and own.wants_training
    if own.ended_as in members and own.state == "gone" and event.former_is_open:
        known.forget(own)
    elif own.state == "withdrawn" and wants_training and (own.ended_as in members or own.reason == "new-spell"):
        _wait_again(own)
    elif (own.state in ("waiting", "absent") and not wants_training) or (own.is_open and not event.former_is_open):
        return [end(own, "withdrawn", courses)]
    return []


def _take_up(theirs: Application | None, event: WorkerSplit, members: frozenset[UUID], courses: Courses) -> list[Event]:
    """Let the application of whom the split gives its own id again be open again, if that one's spell is."""
    if theirs is None:
        return []
    was_ended = theirs.state == "withdrawn" and (
        theirs.reason == "new-spell" or (theirs.ended_as is not None and theirs.ended_as not in members)
    )
    if was_ended and event.is_open and theirs.wants_training:
        _wait_again(theirs)
    elif theirs.is_open and not event.is_open:
        return [end(theirs, "withdrawn", courses)]
    return []


def _wait_again(application: Application) -> None:
    application.do_without_seat("waiting")
    application.came = "now"
