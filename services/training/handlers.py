"""What training does about what it hears: one function for each event."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from services.training import applying, store, teaching, writing
from services.training.domain import allocate
from services.training.entities import Application, Course
from services.training.lines import portions
from shared.database.unit_of_work import UnitOfWork
from shared.events import (
    AgencyAdmitted,
    AgencyRevoked,
    ApplicationAmended,
    CourseCancelled,
    CourseOffered,
    CoursePaused,
    CourseResumed,
    RegistrationWithdrawn,
    TrainingResultRecorded,
    WorkerPlaced,
    WorkerRegistered,
)
from shared.http import auth
from shared.inbox.handlers import Handlers

handlers = Handlers()
handlers.on(AgencyAdmitted)(auth.remember_agencies)
handlers.on(AgencyRevoked)(auth.forget_agencies)


@handlers.on(WorkerRegistered)
async def seat_applicants(registered: list[WorkerRegistered], work: UnitOfWork) -> None:
    """Give each applicant a seat on the course that fits best, or a place on the waiting list."""
    await _judge(registered, work)


@handlers.on(ApplicationAmended)
async def judge_anew(amended: list[ApplicationAmended], work: UnitOfWork) -> None:
    """Look again for who wishes for something else now, or wants training after all; a place in line is kept."""
    await _judge(amended, work)


@handlers.on(RegistrationWithdrawn)
async def let_withdrawn_go(withdrawn: list[RegistrationWithdrawn], work: UnitOfWork) -> None:
    """End what is open of a withdrawn spell; a seat given back goes to the next in line."""
    await work.take_turns()
    known = await store.applications_of(work, {event.worker for event in withdrawn})
    courses = await store.courses_of(work, _held(_all(known)))
    work.announce(*applying.let_go_of_withdrawn(withdrawn, known, courses))
    await _fill_seats(work, courses, _all(known))


@handlers.on(WorkerPlaced)
async def let_placed_go(placed: list[WorkerPlaced], work: UnitOfWork) -> None:
    """End what is open of the spell of someone who works again; a seat given back goes to the next in line."""
    await work.take_turns()
    known = await store.applications_of(work, {event.worker for event in placed})
    courses = await store.courses_of(work, _held(_all(known)))
    work.announce(*applying.let_go_of_placed(placed, known, courses))
    await _fill_seats(work, courses, _all(known))


@handlers.on(CourseOffered)
async def open_courses(offered: list[CourseOffered], work: UnitOfWork) -> None:
    """Open new courses, amend known ones, and seat those next in line."""
    await work.take_turns()
    courses = await store.courses_of(work, {event.course for event in offered})
    work.announce(*teaching.offer(offered, courses))
    await _fill_seats(work, courses, [])


@handlers.on(CourseCancelled)
async def cancel_courses(cancelled: list[CourseCancelled], work: UnitOfWork) -> None:
    """End courses; their participants get another seat that fits, or their old place on the waiting list."""
    await work.take_turns()
    ids = {event.course for event in cancelled}
    participants = await store.participants_of(work, ids)
    courses = await store.courses_of(work, ids, or_fitting=participants)
    work.announce(*teaching.cancel(cancelled, courses, participants))
    await _fill_seats(work, courses, participants)


@handlers.on(CoursePaused)
async def pause_courses(paused: list[CoursePaused], work: UnitOfWork) -> None:
    """Let courses stand still: seats are kept, and none is given."""
    await work.take_turns()
    ids = {event.course for event in paused}
    courses, participants = await store.courses_of(work, ids), await store.participants_of(work, ids)
    work.announce(*teaching.pause(paused, courses, participants))
    await writing.save(work, [], courses.values())


@handlers.on(CourseResumed)
async def resume_courses(resumed: list[CourseResumed], work: UnitOfWork) -> None:
    """Let paused courses go on, and seat those next in line."""
    await work.take_turns()
    ids = {event.course for event in resumed}
    courses, participants = await store.courses_of(work, ids), await store.participants_of(work, ids)
    work.announce(*teaching.resume(resumed, courses, participants))
    await _fill_seats(work, courses, [])


@handlers.on(TrainingResultRecorded)
async def record_results(recorded: list[TrainingResultRecorded], work: UnitOfWork) -> None:
    """Graduate those who completed their course, take down who failed or left, and refuse what cannot be."""
    await work.take_turns()
    enrolled = await store.enrolled_in(work, {(event.worker, event.course) for event in recorded})
    courses = await store.courses_of(work, {event.course for event in recorded})
    work.announce(*teaching.record(recorded, enrolled, courses))
    await writing.save(work, enrolled.values(), [])


async def _judge(applied: Sequence[applying.Applied], work: UnitOfWork) -> None:
    await work.take_turns()
    known = await store.applications_of(work, {event.worker for event in applied})
    courses = await store.courses_of(work, _held(_all(known)), or_fitting=applied)
    work.announce(*applying.admit(applied, known, courses))
    await _fill_seats(work, courses, _all(known))


async def _fill_seats(work: UnitOfWork, courses: dict[UUID, Course], judged: Collection[Application]) -> None:
    """Seat, in one line, who was just judged and waits, and who is next on the list for what has opened up."""
    asking = [application for application in judged if application.changed and application.state == "waiting"]
    await writing.take_off_the_list(work, asking)
    await writing.save(
        work, [application for application in judged if application.state != "waiting"], courses.values()
    )
    seated: list[Application] = []
    for portion in portions(courses.values()):
        await writing.save(work, seated, courses.values())  # of the portion before: the list must know
        waiting = await store.next_in_line(work, (course for course in portion if course.has_opened_up))
        seated, left = allocate([*asking, *waiting], portion)
        work.announce(*applying.tell(seated, courses))
        asking = [application for application in left if application.changed]
    await writing.save(work, [*seated, *asking], courses.values())
    work.announce(*applying.tell(asking, courses))


def _all(known: applying.Known) -> list[Application]:
    return [application for spells in known.values() for application in spells.values()]


def _held(applications: Iterable[Application]) -> set[UUID]:
    return {application.enrolment.course for application in applications if application.enrolments}
