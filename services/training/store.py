"""Training's queries. Each is one statement, however many workers and courses it is about.

A caller that gives seats away has taken its turn before (`work.take_turns`): nobody else gives seats away meanwhile, so
no row is locked.
"""

from collections.abc import Collection
from contextlib import suppress
from typing import Any, Final, Literal
from uuid import UUID

from services.training.domain.allocation import WAITING_ORDER
from services.training.domain.entities import Application, Course, Seat
from services.training.domain.known import Asked, Known
from services.training.domain.portions import FreeSeats
from services.training.domain.waiting_list import ANY, ListSection, Search, Seeker, searches_for, sections_for
from services.training.rows import APPLICATION, COURSE, ENROLMENT, NO_ENROLMENT, application_in, course_in
from services.training.tables import ApplicationRow
from shared import clock
from shared.database.unit_of_work import UnitOfWork
from shared.events import SpellEvent
from shared.merges import MERGED, PERSON, Merged

Seats = Literal["held", "held or used up", "held, used up or missed", "last"]
"""Which enrolment of an application is read with it, if there is one."""
_ROOM: Final = "state = 'open' AND taken < seats AND entry_until >= CAST(:today AS date)"
# one index for each kind of area; `left` finds a province's regencies, and perhaps more: the allocation leaves those out
_COURSES: Final = (
    "WITH wanted AS (SELECT unnest(CAST(:ids AS uuid[])) AS id UNION SELECT fitting.id FROM unnest("
    f"CAST(:wished AS text[]), CAST(:kind AS text[]), CAST(:name AS text[])) AS search({', '.join(Search._fields)}) "
    "CROSS JOIN LATERAL ("
    f"(SELECT id FROM course WHERE kind = 'regency' AND vocation = wished AND region = name AND {_ROOM}) UNION ALL "
    "(SELECT id FROM course WHERE kind = 'province' AND vocation = wished AND left(region, 2) = name "
    f"AND reach <> 'regency' AND {_ROOM}) UNION ALL "
    "(SELECT id FROM course WHERE kind = 'anywhere' AND vocation = wished "
    f"AND (reach = 'national' OR region IS NULL) AND {_ROOM}) UNION ALL "
    f"(SELECT id FROM course WHERE kind = 'anywhere' AND wished = '{ANY}' AND {_ROOM})) AS fitting) "
    f"SELECT {COURSE} FROM wanted JOIN course USING (id)"
)

CALLED: Final = (
    "SELECT DISTINCT ON (agency) id FROM course WHERE (id = CAST(:course_id AS uuid) OR code = :course) "
    "AND (CAST(:provider AS text) IS NULL OR agency = :provider) ORDER BY agency, run DESC"
)
"""The courses that somebody means by an id, or by a provider's code: of a code that is used again, the latest run. Takes `meant_by`."""
# the enrolment is looked up for each worker: a join would let the planner read all of them for each, in a burst
_SEAT: Final = "LEFT JOIN LATERAL (SELECT * FROM enrolment WHERE worker = a.worker AND spell = a.spell AND {0} LIMIT 1) AS e ON true"
_WHICH_SEAT: Final[dict[Seats, str]] = {
    "held": "state = 'in-training'",
    "held or used up": "state <> 'cancelled'",
    "held, used up or missed": "(state <> 'cancelled' OR (a.state = 'absent' AND reason = 'no-show')) ORDER BY id DESC",
    "last": "true ORDER BY state = 'in-training' DESC, coalesce(reason = a.reason, false) DESC, id DESC",
}
_APPLICATIONS: Final = (
    "SELECT a.worker AS asked, CAST(NULL AS int) AS merged_spell, CAST(NULL AS uuid) AS into_worker, "
    "CAST(NULL AS int) AS into_spell, CAST(NULL AS uuid) AS person, CAST(NULL AS uuid) AS joint_worker, "
    "CAST(NULL AS int) AS joint_spell, "
    f"{APPLICATION}, {ENROLMENT} FROM application a {_SEAT} WHERE a.worker = ANY(CAST(:workers AS uuid[])) "
    f"UNION ALL SELECT {MERGED}, "
    f"{APPLICATION}, {ENROLMENT} FROM merged_worker AS m LEFT JOIN application a "
    f"ON a.worker = ANY(ARRAY[m.person, m.joint_worker]) {_SEAT} "
    "WHERE m.worker = ANY(CAST(:workers AS uuid[])) "
    f"UNION ALL SELECT {MERGED}, "
    f"{APPLICATION}, {ENROLMENT} FROM merged_worker AS m JOIN application a ON a.worker = m.worker {_SEAT} "
    "WHERE m.person = ANY(CAST(:workers AS uuid[])) ORDER BY worker, spell"
)


def meant_by(course: str | None) -> dict[str, Any]:
    """Give the values of `CALLED` for an id or a code: each is looked for by its own index."""
    id = None
    if course is not None:
        with suppress(ValueError):  # it is a code
            id = UUID(course)
    return {"course": course, "course_id": id}


async def applications_of(work: UnitOfWork, workers: Collection[UUID], *, seats: Seats = "held") -> Known:
    """Which spells of these workers are known, and which seat does each have?

    Of one who was merged, those of the worker whom the id means are given as well, and the other way round.
    """
    found = await work.rows(_APPLICATIONS.format(_WHICH_SEAT[seats]), workers=list(workers))
    known = Known()
    for row in found:
        if row.person is not None:
            known.merged[row.asked] = Merged(
                row.asked,
                row.merged_spell,
                row.into_worker,
                row.into_spell,
                row.person,
                row.joint_worker,
                row.joint_spell,
            )
        if row.worker is not None and known.of(row.worker, row.spell) is None:
            known.keep(application_in(row))
    return known


async def courses_of(
    work: UnitOfWork, ids: Collection[UUID], *, or_fitting: Collection[Seeker] = ()
) -> dict[UUID, Course]:
    """What is known of these courses, and of every open one with room that could fit one of these seekers?"""
    searches = searches_for(or_fitting)
    columns = zip(*searches, strict=True) if searches else ([], [], [])
    today = clock.today()
    found = await work.rows(
        _COURSES,
        ids=list(ids),
        today=today,
        **{name: list(column) for name, column in zip(Search._fields, columns, strict=True)},
    )
    return {row.id: course_in(row, today) for row in found}


async def courses_with_room(work: UnitOfWork) -> list[Course]:
    """Which open courses have a free seat for a newcomer?"""
    today = clock.today()
    found = await work.rows(
        f"SELECT {COURSE} FROM course WHERE state = 'open' AND taken < seats AND entry_until >= :today", today=today
    )
    return [course_in(row, today) for row in found]


async def keep_concerns(work: UnitOfWork, changed: Collection[SpellEvent]) -> None:
    """Keep which agencies these spells concern now; of several events about a spell the last counts."""
    latest = {(event.worker, event.spell): event for event in changed}
    await work.update(
        ApplicationRow,
        [{"worker": event.worker, "spell": event.spell, "concerns": list(event.concerns)} for event in latest.values()],
        by=("worker", "spell"),
    )


async def region_of(work: UnitOfWork, worker: UUID) -> tuple[bool, str | None]:
    """Is this worker known, and where does the worker live?"""
    found = await work.rows(
        f"SELECT region FROM application WHERE worker = {PERSON} ORDER BY spell DESC LIMIT 1", worker=worker
    )
    return bool(found), found[0].region if found else None


async def participants_of(work: UnitOfWork, courses: Collection[UUID]) -> list[Application]:
    """Who sits in these courses now, by course and seat?"""
    found = await work.rows(
        f"SELECT {APPLICATION}, {ENROLMENT} FROM enrolment e "
        "JOIN application a ON a.worker = e.worker AND a.spell = e.spell "
        "WHERE e.course = ANY(CAST(:courses AS uuid[])) AND e.state = 'in-training' ORDER BY e.course, e.seat",
        courses=list(courses),
    )
    return [application_in(row) for row in found]


async def enrolled_in(work: UnitOfWork, asked: Collection[Asked]) -> dict[Asked, Seat]:
    """Which seat does each of these workers have in the course, or had last? Any id that means the worker will do.

    Each application and each enrolment is one object, however often it is asked for.
    """
    found = await work.rows(
        "SELECT DISTINCT ON (r.worker, r.course, r.fact) r.worker AS asked, r.course AS asked_course, "
        f"r.fact AS asked_fact, {APPLICATION}, {ENROLMENT} "
        "FROM unnest(CAST(:workers AS uuid[]), CAST(:courses AS uuid[]), CAST(:facts AS uuid[])) AS r(worker, course, fact) "
        "LEFT JOIN merged_worker AS m ON m.worker = r.worker CROSS JOIN LATERAL ("
        "SELECT coalesce(m.person, r.worker) AS id "
        "UNION ALL SELECT o.worker FROM merged_worker AS o WHERE o.person = coalesce(m.person, r.worker)) AS same "
        "JOIN enrolment e ON e.worker = same.id AND (e.course = r.course OR r.course IS NULL) "
        "JOIN application a ON a.worker = e.worker AND a.spell = e.spell "
        "ORDER BY r.worker, r.course, r.fact, coalesce(e.result_fact = r.fact, false) DESC, e.state = 'in-training' DESC, "
        "e.spell DESC, e.id DESC",
        workers=[each.worker for each in asked],
        courses=[each.course for each in asked],
        facts=[each.fact for each in asked],
    )
    applications: dict[tuple[UUID, int], Application] = {}
    seats = {}
    for row in found:
        read = application_in(row)
        application = applications.setdefault(read.key, read)
        known = {each.id: each for each in application.enrolments}
        enrolment = known.setdefault(row.enrolment, read.enrolment)
        application.enrolments = sorted(known.values(), key=lambda each: str(each.id))
        seats[Asked(row.asked, row.asked_course, row.asked_fact)] = Seat(application, enrolment)
    return seats


async def moved_from(work: UnitOfWork, courses: Collection[UUID]) -> list[Application]:
    """Who waits that sat in one of these courses when it was cancelled, and has had no other seat since? By course and seat.

    So, too, who does not wait because an employer says that the worker works again.
    """
    found = await work.rows(
        f"SELECT {APPLICATION}, {ENROLMENT} FROM enrolment e "
        "JOIN application a ON a.worker = e.worker AND a.spell = e.spell "
        "WHERE e.course = ANY(CAST(:courses AS uuid[])) AND e.state = 'cancelled' AND e.reason = 'course-cancelled' "
        "AND (a.state = 'waiting' OR (a.state = 'withdrawn' AND a.employer_says IS NOT NULL AND NOT a.is_over "
        "AND NOT EXISTS (SELECT FROM application n WHERE n.worker = a.worker AND n.spell > a.spell))) AND NOT EXISTS (SELECT FROM enrolment o WHERE o.worker = e.worker AND o.spell = e.spell "
        "AND o.id > e.id) ORDER BY e.course, e.seat",
        courses=list(courses),
    )
    return [application_in(row) for row in found]


async def next_in_line(work: UnitOfWork, free_seats: Collection[FreeSeats]) -> list[Application]:
    """Who on the waiting list could take these seats?"""
    sections = sections_for(free_seats)
    if not sections:
        return []
    columns = zip(*sections, strict=True)
    found = await work.rows(
        _NEXT_IN_LINE, **{name: list(column) for name, column in zip(ListSection._fields, columns, strict=True)}
    )
    return [application_in(row) for row in found]


def in_waiting_order(table: str) -> str:
    """Write the waiting list's order as SQL: the columns that `WAITING_ORDER` names, in that order."""
    return ", ".join(f"{table}.{name}" for name in WAITING_ORDER)


def _first_of(kind: str, lives_there: str) -> str:
    return (
        f"(SELECT w.worker, w.spell FROM wish w WHERE section.kind = '{kind}' AND w.vocation = section.wished "
        f"AND {lives_there} AND section.taught <> ALL (w.certified) "
        f"ORDER BY {in_waiting_order('w')} LIMIT section.seats + decliners.n)"
    )


_FIRST_IN_SECTION: Final = (
    _first_of("regency", "w.region = section.name"),
    _first_of("province", "w.province = section.name"),
    _first_of("anywhere", "true"),
)
# each application is looked up by its key: a join would let the planner read the whole list instead
_NEXT_IN_LINE: Final = (
    f"SELECT {APPLICATION}, {NO_ENROLMENT} FROM ("
    "SELECT DISTINCT first.worker, first.spell FROM unnest(CAST(:wished AS text[]), CAST(:taught AS text[]), "
    "CAST(:kind AS text[]), CAST(:name AS text[]), CAST(:seats AS int[])) "
    f"AS section({', '.join(ListSection._fields)}) "
    # of those who declined a seat some may take none of these: as many more are read
    "CROSS JOIN (SELECT count(*) AS n FROM application WHERE state = 'waiting' AND declined IS NOT NULL) AS decliners "
    f"CROSS JOIN LATERAL ({' UNION ALL '.join(_FIRST_IN_SECTION)}) AS first) AS next "
    "CROSS JOIN LATERAL (SELECT * FROM application WHERE worker = next.worker AND spell = next.spell LIMIT 1) AS a "
    f"ORDER BY {in_waiting_order('a')}"
)
