"""Applications for training: taken in, amended, refused and ended. Each function returns the events to announce."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from services.training import announcements
from services.training.domain.entities import Application, Course, Seat
from services.training.domain.known import Known
from shared.events import (
    ApplicationAmended,
    Event,
    PlacementGraded,
    RegistrationWithdrawn,
    WorkerPlaced,
    WorkerRegistered,
    WorkerRestricted,
)
from shared.events.vocabulary import EnrolmentEnd, Slug

Placed = WorkerPlaced | PlacementGraded
Courses = Mapping[UUID, Course]
Applied = WorkerRegistered | ApplicationAmended


def admit(applied: Sequence[Applied], known: Known, courses: Courses) -> list[Event]:
    """Take in applications, new and amended. Those that may get a seat are `waiting` and changed afterwards.

    A new spell ends what is open of an older one, but for a seat that is kept under an employer's word. A spell that ended before its application came is counted, not seated; so is
    one that went on as another worker's, which a dead letter was about.
    """
    events: list[Event] = []
    for event in applied:
        merged = known.merged.get(event.worker)
        spells = known.setdefault(event.worker, {})
        older = [each for spell, each in spells.items() if spell < event.spell and each.is_open]
        kept = next((each for each in older if _keeps_seat(each)), None)
        events += [end(each, "new-spell", courses) for each in older if each is not kept]
        application = spells.get(event.spell)
        if merged is not None and event.spell <= merged.spell and application is not None:
            continue
        if application is not None and application.state != "gone":
            is_past = event.spell < max(spells) and not application.is_open
            events += _amend(application, event, courses, is_past=is_past)
        elif "training" in event.wants:
            is_past = event.spell < max(spells, default=0) or (merged is not None and event.spell <= merged.spell)
            ended = application.reason if application else "new-spell" if is_past else None
            is_kept = application is not None and application.is_kept
            spells[event.spell] = application = _application(event, known, is_kept=is_kept)
            if ended:
                events.append(end(application, ended, courses))
            elif kept is not None:
                kept.go_on_as(application)
                events.append(announcements.enrolled(application, courses[application.enrolment.course], again=True))
            else:
                events += judge(application)
    return events


def _keeps_seat(application: Application) -> bool:
    """Whether the worker sits there and works again by an employer's word alone. A seat that was given to another id of the worker's is not kept."""
    says = application.employer_says
    return says is not None and application.state == "in-training" and application.enrolment.named is None


def end(
    application: Application,
    reason: EnrolmentEnd,
    courses: Courses,
    *,
    ended_as: UUID | None = None,
    on: date | None = None,
) -> Event:
    """End an open application; a seat that it holds is free again.

    `ended_as` is the other id of which that was said, `on` the first working day of whoever works again.
    """
    if application.state == "in-training":
        seat = application.seat
        course = courses[seat.enrolment.course]
        application.turn("withdrawn", reason, ended_as)
        seat.enrolment.give_back(course, reason, on)
        return announcements.enrolment_cancelled(seat, course, reason)
    application.turn("withdrawn", reason, ended_as)
    return announcements.waiting_ended(application, reason)


def seat_again(seat: Seat, course: Course) -> list[Event]:
    """Let a worker have a seat again, if it has not gone to somebody else; otherwise nothing changes."""
    application, enrolment = seat
    if not course.take_again(enrolment.seat):
        return []
    enrolment.take_again()
    application.turn("in-training")
    return [announcements.enrolled(application, course, again=True)]


def end_withdrawn(withdrawn: Iterable[RegistrationWithdrawn], known: Known, courses: Courses) -> list[Event]:
    """End what is open of the spells that were withdrawn."""
    events: list[Event] = []
    for event in withdrawn:
        application = known.of(event.worker, event.spell)
        if application is not None:
            application.is_over = application.changed = True
            events += [end(application, "withdrawn", courses)] if application.is_open else []
    return events


def restrict(restricted: Iterable[WorkerRestricted], known: Known) -> list[Application]:
    """Restrict these workers, or no longer. Gives the applications that changed and wait: they are to be judged again."""
    for event in restricted:
        for application in known.get(event.worker, {}).values():
            application.changed |= application.restricted != event.restricted
            application.restricted = event.restricted
    return [each for spells in known.values() for each in spells.values() if each.changed and each.state == "waiting"]


def end_all(known: Known, courses: Courses) -> list[Event]:
    """End all that is open of these workers, and blank their sex: they were erased."""
    for application in known.every():
        application.changed |= application.sex is not None
        application.sex = None
    return [end(application, "withdrawn", courses) for application in known.every() if application.is_open]


def end_placed(placed: Iterable[Placed], known: Known, courses: Courses) -> list[Event]:
    """End what is open of the spells of those who work again; a spell that is not known yet is kept as `gone`.

    A seat is kept on a course that is over by the first working day: its result counts. It is kept, too, as long as there is an employer's
    word alone, which is noted down. Where the worker was merged, the spell ends as
    which this one goes on. A placement outweighs a withdrawal.
    """
    events: list[Event] = []
    for event in placed:
        application, merged = known.of(event.worker, event.spell), known.merged.get(event.worker)
        key = known.joint(event.worker, event.spell)
        joint = known.of(*key) if key else None
        if event.grade != "employer-says":
            forget_word(event.worker, application, joint)
        if application is None:
            known.keep(gone(event.worker, event.spell, event.on, event.concerns, event.outcome))
        elif application.is_open:
            events += _end_placed(application, event, courses)
        elif (
            application.ended_as is not None
            or application.reason == "withdrawn"
            or (merged is not None and merged.spell == event.spell and application.reason == "new-spell")
        ):
            application.turn("withdrawn", event.outcome)
        if key is not None:
            if joint is None:
                known.keep(gone(*key, event.on, event.concerns, event.outcome, ended_as=event.worker))
            elif joint.is_open:
                events += _end_placed(joint, event, courses, ended_as=event.worker)
    return events


def forget_word(worker: UUID, own: Application | None, joint: Application | None) -> None:
    """Forget what an employer said of this id: it is confirmed, or void. `joint` is the application as which its own goes on."""
    for application, of in ((own, None), (joint, worker)):
        if application is not None and application.employer_says_of == of:
            application.heed(None)


def _end_placed(
    application: Application, event: Placed, courses: Courses, *, ended_as: UUID | None = None
) -> list[Event]:
    if application.state == "in-training":
        is_over = courses[application.enrolment.course].ends_on <= event.on
        if event.grade == "employer-says":
            application.heed(event.outcome, ended_as)
        if is_over or event.grade == "employer-says":
            return []
    return [end(application, event.outcome, courses, ended_as=ended_as, on=event.on)]


def gone(
    worker: UUID,
    spell: int,
    on: date,
    concerns: Sequence[Slug],
    reason: EnrolmentEnd,
    *,
    ended_as: UUID | None = None,
) -> Application:
    """Note down that a spell ended of which no application is known; `ended_as` is the id of which that was said."""
    return Application(
        worker=worker,
        spell=spell,
        applied_on=on,
        position=0,
        concerns=list(concerns),
        state="gone",
        reason=reason,
        ended_as=ended_as,
        changed=True,
    )


def _application(event: Applied, known: Known, *, is_kept: bool) -> Application:
    return Application(
        worker=event.worker,
        spell=event.spell,
        applied_on=event.applied_on,
        position=event.envelope.position if event.position is None else event.position,
        region=event.region,
        reach=event.reach,
        sex=event.sex,
        wishes=event.wishes,
        concerns=event.concerns,
        certified=known.certified(event.worker),
        restricted=event.restricted or any(each.restricted for each in known[event.worker].values()),
        changed=True,
        is_kept=is_kept,
    )


def _amend(application: Application, event: Applied, courses: Courses, *, is_past: bool) -> list[Event]:
    """Apply the amended fields; judge again who waits, was refused or did not come. The place in line is kept.

    Whoever wants training no longer, since the claims that did were retracted or were another's, has no place and no seat.
    """
    if isinstance(event, WorkerRegistered) and event.position is None:
        return []  # a dead letter, replayed after later events of the same spell; a merge may have come before the others
    wanted_training = application.wants_training
    application.amend(event)
    if is_past:
        return []
    if not application.wants_training:
        return [end(application, "withdrawn", courses)] if application.is_open else []
    if not wanted_training and application.reason in ("withdrawn", "new-spell"):
        application.came = "now"
        return judge(application)
    if application.state == "absent":
        application.came = "now"  # the worker asks again, through the office
    return judge(application) if application.state in ("waiting", "refused", "absent") else []


def judge(application: Application) -> list[Event]:
    """Leave the application to the allocation; refuse it when the worker is certified in every vocation wished for."""
    if not application.asks_for_nothing_new:
        application.turn("waiting")
        return []
    if application.state == "refused":
        return []
    application.turn("refused")
    return [announcements.refused(application)]


def judge_again(applications: Iterable[Application]) -> list[Event]:
    """Judge those again who wait or were refused: other certificates count than before."""
    open_now = [each for each in applications if each.state in ("waiting", "refused")]
    return [event for application in open_now for event in judge(application)]
