"""What training does about each event: one function for each type of event."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from services.training import announcements, former, merging, results, saving, store
from services.training.applications import (
    Applied,
    admit,
    end_all,
    end_placed,
    end_withdrawn,
    judge_again,
    restrict,
)
from services.training.courses import Courses, cancel, offer, pause, resume
from services.training.domain.entities import Application
from services.training.domain.known import Asked, Known
from services.training.reinstating import give_seats_back, reinstate, void_placements
from services.training.restating import restate
from services.training.seating import fill_seats
from shared import clock, erasures, kept_facts, merges
from shared.agencies import keep_agencies
from shared.database.unit_of_work import UnitOfWork
from shared.events import (
    ApplicationAmended,
    AttendanceRecorded,
    ClaimAdded,
    ClaimEnded,
    CourseCancelled,
    CourseFactRetracted,
    CourseOffered,
    CoursePaused,
    CourseResumed,
    Fact,
    NoShowRecorded,
    OrderedEvent,
    PlacementGraded,
    PlacementVoided,
    RegistrationReinstated,
    RegistrationWithdrawn,
    SeatDeclined,
    TrainingResultRecorded,
    TrainingResultRefused,
    WorkerErased,
    WorkerFactRetracted,
    WorkerMerged,
    WorkerPlaced,
    WorkerRegistered,
    WorkerRestricted,
    WorkerSplit,
    type_of,
)
from shared.inbox.handlers import Handlers

ABOUT_SEATS: Final = {type_of(kind) for kind in (TrainingResultRecorded, NoShowRecorded, SeatDeclined)}
handlers = Handlers()
keep_agencies(handlers)


@handlers.on(WorkerRegistered)
async def seat_applicants(registered: list[WorkerRegistered], work: UnitOfWork) -> None:
    """Give each applicant a seat on the course that fits best, or a place on the waiting list."""
    await _judge(registered, work)


@handlers.on(ApplicationAmended)
async def judge_amended_applications(amended: list[ApplicationAmended], work: UnitOfWork) -> None:
    """Look again for those with new wishes, and for those who want training after all; a place in line is kept."""
    await _judge(amended, work)


@handlers.on(ClaimAdded, ClaimEnded)
async def note_whom_applications_concern(changed: list[OrderedEvent], work: UnitOfWork) -> None:
    """Keep which agencies' claims stand: they are told of what comes of the application."""
    await work.take_turns()
    await store.keep_concerns(work, changed)


@handlers.on(RegistrationWithdrawn)
async def end_withdrawn_applications(withdrawn: list[RegistrationWithdrawn], work: UnitOfWork) -> None:
    """End what is open of a withdrawn spell; a seat given back goes to the next in line."""
    await work.take_turns()
    known = await store.applications_of(work, {event.worker for event in withdrawn})
    courses = await store.courses_of(work, _held(known.every()))
    work.announce(*end_withdrawn(withdrawn, known, courses))
    await fill_seats(work, courses, known.every())


@handlers.on(WorkerPlaced)
async def end_applications_of_placed(placed: list[WorkerPlaced], work: UnitOfWork) -> None:
    """End what is open of the spell of a worker who works again; a seat given back goes to the next in line.

    By an employer's word alone the worker leaves the line, and keeps a seat.
    """
    await work.take_turns()
    known = await store.applications_of(work, {event.worker for event in placed})
    courses = await store.courses_of(work, _held(known.every()))
    work.announce(*end_placed(placed, known, courses))
    await fill_seats(work, courses, known.every())


@handlers.on(PlacementGraded)
async def free_seats_of_confirmed(graded: list[PlacementGraded], work: UnitOfWork) -> None:
    """End what is open of a worker whose placement is confirmed; the seat is theirs again where the confirmation is taken back."""
    await work.take_turns()
    known = await store.applications_of(work, {event.worker for event in graded}, seats="last")
    courses = await store.courses_of(work, _held(known.every()))
    for event in graded:
        is_confirmed = event.grade != "employer-says"
        work.announce(
            *(end_placed([event], known, courses) if is_confirmed else give_seats_back(event, known, courses))
        )
    await fill_seats(work, courses, known.every())


@handlers.on(PlacementVoided)
async def let_applications_go_on(voided: list[PlacementVoided], work: UnitOfWork) -> None:
    """Give workers their seats or their places in line back who were not placed after all."""
    await work.take_turns()
    known = await store.applications_of(work, {event.worker for event in voided}, seats="last")
    courses = await store.courses_of(work, _held(known.every()), or_fitting=_waiting(known))
    work.announce(*void_placements(voided, known, courses))
    await saving.forget(work, known.void)
    await fill_seats(work, courses, known.every())


@handlers.on(RegistrationReinstated)
async def reinstate_applications(reinstated: list[RegistrationReinstated], work: UnitOfWork) -> None:
    """Give workers their seats or their places in line back whose registration stands again."""
    await work.take_turns()
    known = await store.applications_of(work, {event.worker for event in reinstated}, seats="last")
    courses = await store.courses_of(work, _held(known.every()), or_fitting=[*_waiting(known), *reinstated])
    work.announce(*reinstate(reinstated, known, courses))
    await fill_seats(work, courses, known.every())


@handlers.on(WorkerMerged)
async def unite_applications(merged: list[WorkerMerged], work: UnitOfWork) -> None:
    """Let what was given to another's id be the worker's: one application, one seat. Of two seats the first given stays."""
    await work.take_turns()
    forest = await merges.take_in_merges(work, merged)
    ids = {id for event in merged for id in forest.ids(event.worker)}
    known = await store.applications_of(work, ids, seats="held, used up or missed")
    courses = await store.courses_of(work, _held(known.every()), or_fitting=_waiting(known))
    work.announce(*merging.unite(merged, forest, known, courses))
    await fill_seats(work, courses, known.every())


@handlers.on(WorkerSplit)
async def part_applications(split: list[WorkerSplit], work: UnitOfWork) -> None:
    """Let each of two workers have what was given to its own id; who has no seat then waits at the old place in line."""
    await work.take_turns()
    forest, splits = await merges.take_in_splits(work, split)
    former = {id for each in splits for id in (each.was.person, each.was.joint_worker) if id}
    members = {id for each in splits for id in each.members}
    # what was theirs may be with any id that still means the person
    former |= {id for each in splits for id in forest.members(each.was.person)}
    await saving.send_home(work, former, members)
    known = await store.applications_of(work, former | members, seats="held, used up or missed")
    courses = await store.courses_of(work, _held(known.every()), or_fitting=_waiting(known))
    work.announce(*merging.part(splits, known, courses))
    await saving.forget(work, known.void)
    await fill_seats(work, courses, known.every())


@handlers.on(WorkerRestricted)
async def restrict_applicants(restricted: list[WorkerRestricted], work: UnitOfWork) -> None:
    """Give restricted workers no seat and no place on the list; judge those again for whom the restriction is lifted."""
    await work.take_turns()
    known = await store.applications_of(work, {event.worker for event in restricted})
    waiting = restrict(restricted, known)
    courses = await store.courses_of(work, _held(known.every()), or_fitting=waiting)
    await fill_seats(work, courses, known.every())


@handlers.on(WorkerErased)
async def end_applications_of_erased(erased: list[WorkerErased], work: UnitOfWork) -> None:
    """Remember who was erased, and end what is open of them; a seat given back goes to the next in line."""
    workers = {event.worker for event in erased}
    await erasures.remember(work, workers)
    await work.take_turns()
    known = await store.applications_of(work, workers)
    courses = await store.courses_of(work, _held(known.every()))
    work.announce(*end_all(known, courses))
    await fill_seats(work, courses, known.every())


@handlers.on(CourseOffered)
async def open_courses(offered: list[CourseOffered], work: UnitOfWork) -> None:
    """Open new courses, amend known ones, and seat those next in line."""
    await work.take_turns()
    ids = {event.course for event in offered}
    courses, participants = await store.courses_of(work, ids), await store.participants_of(work, ids)
    events, refused = offer(offered, courses, participants, today=clock.today())
    work.announce(*events)
    await kept_facts.keep(work, offered, refused=refused)
    await fill_seats(work, courses, [])


@handlers.on(CourseCancelled)
async def cancel_courses(cancelled: list[CourseCancelled], work: UnitOfWork) -> None:
    """Cancel courses; their participants get another seat that fits, or their old place on the waiting list."""
    await work.take_turns()
    ids = {event.course for event in cancelled}
    participants = await store.participants_of(work, ids)
    courses = await store.courses_of(work, ids, or_fitting=participants)
    work.announce(*cancel(cancelled, courses, participants))
    await kept_facts.keep(work, cancelled)
    await fill_seats(work, courses, participants)


@handlers.on(CoursePaused)
async def pause_courses(paused: list[CoursePaused], work: UnitOfWork) -> None:
    """Pause courses: seats are kept, and none is given."""
    await work.take_turns()
    ids = {event.course for event in paused}
    courses, participants = await store.courses_of(work, ids), await store.participants_of(work, ids)
    work.announce(*pause(paused, courses, participants))
    await kept_facts.keep(work, paused)
    await saving.save(work, [], courses.values())


@handlers.on(CourseResumed)
async def resume_courses(resumed: list[CourseResumed], work: UnitOfWork) -> None:
    """Resume paused courses, and seat those next in line."""
    await work.take_turns()
    ids = {event.course for event in resumed}
    courses, participants = await store.courses_of(work, ids), await store.participants_of(work, ids)
    work.announce(*resume(resumed, courses, participants))
    await kept_facts.keep(work, resumed)
    await fill_seats(work, courses, [])


@handlers.on(AttendanceRecorded)
async def keep_lists(recorded: list[AttendanceRecorded], work: UnitOfWork) -> None:
    """Keep that the list of who came was taken: it is owed no longer."""
    await kept_facts.keep(work, recorded)


@handlers.on(CourseFactRetracted)
async def restate_courses(retracted: list[CourseFactRetracted], work: UnitOfWork) -> None:
    """Let courses be what is still said of them, and tell those who sit there or sat there."""
    await work.take_turns()
    ids = {event.course for event in retracted}
    forgotten = await kept_facts.drop(work, [event.fact for event in retracted])
    kept = await kept_facts.about(work, ids)
    participants, moved = await store.participants_of(work, ids), await store.moved_from(work, ids)
    courses = await store.courses_of(work, ids, or_fitting=participants)
    work.announce(*restate(retracted, kept, forgotten, courses, participants, moved))
    await fill_seats(work, courses, [*participants, *(each for each in moved if each.changed)])


@handlers.on(TrainingResultRecorded)
async def record_results(recorded: list[TrainingResultRecorded], work: UnitOfWork) -> None:
    """Graduate those who completed their course, record who failed or left, and refuse what cannot be."""
    await work.take_turns()
    enrolled = await store.enrolled_in(work, {Asked(event.worker, event.course) for event in recorded})
    courses = await store.courses_of(work, {event.course for event in recorded})
    known, participants = results.record(recorded, enrolled, courses), _who_has(enrolled)
    work.announce(*known.events)
    await kept_facts.keep(work, known.refused)
    judged: list[Application] = []
    if known.late:  # others of their applications may wait for what they are certified in now
        await saving.save(work, participants, courses.values())
        judged = _judge_again(await store.applications_of(work, known.late), work)
    await fill_seats(work, courses, [*participants, *judged])


@handlers.on(NoShowRecorded, SeatDeclined)
async def pass_seats_on(facts: list[Fact], work: UnitOfWork) -> None:
    """Let those who did not come, or who decline, give up their seats, and seat those next in line while newcomers may start."""
    await work.take_turns()
    said = [fact for fact in facts if isinstance(fact, NoShowRecorded | SeatDeclined)]
    enrolled = await store.enrolled_in(work, {Asked(event.worker, event.course) for event in said})
    seated = _who_has(enrolled)
    courses = await store.courses_of(work, _courses_in(enrolled), or_fitting=seated)
    known = results.give_up(said, enrolled, courses)
    work.announce(*known.events)
    await kept_facts.keep(work, known.refused)
    await fill_seats(work, courses, seated)


@handlers.on(WorkerFactRetracted)
async def void_what_was_said_of_seats(retracted: list[WorkerFactRetracted], work: UnitOfWork) -> None:
    """Void results, no-shows and declined seats that were retracted. What was refused because of one counts now."""
    about_seats = [event for event in retracted if event.retracts in ABOUT_SEATS]
    if not about_seats:
        return
    await work.take_turns()
    refused = await kept_facts.drop(work, [event.fact for event in about_seats])
    counted = [event for event in about_seats if event.fact not in refused]
    workers = {event.worker for event in counted}
    asked = {Asked(event.worker, event.course) for event in counted}
    enrolled = await store.enrolled_in(work, asked | {results.seat_of(event) for event in counted})
    courses, known = await store.courses_of(work, _courses_in(enrolled)), await store.applications_of(work, workers)
    voided = results.void(counted, enrolled, courses, known)
    again = results.have_again(counted, enrolled, courses, known)
    await former.keep(work, _who_has(enrolled))
    await saving.save(work, _who_has(enrolled), courses.values())
    work.announce(*announcements.voided(voided, await store.applications_of(work, workers)), *again)
    await _let_count(work, await kept_facts.about(work, [], workers=workers), asked, enrolled, courses)
    judged = _judge_again(await store.applications_of(work, workers), work)
    fitting = await store.courses_of(work, [], or_fitting=judged)
    await fill_seats(work, fitting | courses, judged)


async def _let_count(
    work: UnitOfWork, kept: Iterable[Fact], asked: set[Asked], enrolled: results.Enrolled, courses: Courses
) -> None:
    """Let those of the kept facts have their effect that are about these seats and were refused because of what is retracted."""
    facts = [
        fact
        for fact in kept
        if isinstance(fact, TrainingResultRecorded | NoShowRecorded | SeatDeclined)
        and Asked(fact.worker, fact.course) in asked
    ]
    recorded = results.record([each for each in facts if isinstance(each, TrainingResultRecorded)], enrolled, courses)
    given_up = results.give_up(
        [each for each in facts if isinstance(each, NoShowRecorded | SeatDeclined)], enrolled, courses
    )
    said = [*recorded.events, *given_up.events]
    work.announce(*(event for event in said if not isinstance(event, TrainingResultRefused)))
    await kept_facts.drop(work, [fact.envelope.id for fact in (*recorded.counted, *given_up.counted)])
    waiting = [each for each in _who_has(enrolled) if each.changed and each.state == "waiting"]
    await former.keep(work, _who_has(enrolled))
    await saving.save(work, _who_has(enrolled), courses.values())
    work.announce(*(announcements.waitlisted(each) for each in waiting))


def _judge_again(known: Known, work: UnitOfWork) -> list[Application]:
    """Judge those again who wait or were refused: they are certified in something else than before."""
    own = [each for each in known.every() if each.worker not in known.merged]
    work.announce(*judge_again(own))
    return [each for each in own if each.state in ("waiting", "refused")]


async def _judge(applied: Sequence[Applied], work: UnitOfWork) -> None:
    await work.take_turns()
    known = await store.applications_of(work, {event.worker for event in applied})
    courses = await store.courses_of(work, _held(known.every()), or_fitting=applied)
    work.announce(*admit(applied, known, courses))
    await fill_seats(work, courses, known.every())


def _waiting(known: Known) -> list[Application]:
    """Give those who wait or may wait afterwards."""
    return [application for application in known.every() if application.state != "gone"]


def _held(applications: Iterable[Application]) -> set[UUID]:
    """Name the courses in which these sit."""
    return {application.enrolment.course for application in applications if application.enrolments}


def _who_has(enrolled: results.Enrolled) -> list[Application]:
    """Give the applications under which these seats are or were had, each once."""
    return list({seat.application.key: seat.application for seat in enrolled.values()}.values())


def _courses_in(enrolled: results.Enrolled) -> set[UUID]:
    """Name the courses of these seats."""
    return {seat.enrolment.course for seat in enrolled.values()}
