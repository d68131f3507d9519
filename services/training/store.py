"""Training's queries. Each is one statement, however many workers and courses it is about.

A caller that gives seats away has taken its turn before (`work.take_turns`): nobody else gives seats away meanwhile, so
no row is locked.
"""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from services.training.domain.allocation import WAITING_ORDER
from services.training.domain.entities import Application, Course
from services.training.domain.portions import FreeSeats
from services.training.domain.waiting_list import ANY, ListSection, Search, Seeker, searches_for, sections_for
from services.training.rows import APPLICATION, COURSE, ENROLMENT, NO_ENROLMENT, application_in, course_in
from services.training.tables import ApplicationRow
from shared.database.unit_of_work import UnitOfWork
from shared.events import SpellEvent

_ROOM: Final = "state = 'open' AND taken < seats AND ends_on >= CAST(:day AS date)"
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


async def applications_of(work: UnitOfWork, workers: Collection[UUID]) -> dict[UUID, dict[int, Application]]:
    """Which spells of these workers are known (worker -> spell -> application), and where does each sit now?"""
    # the enrolment is looked up for each worker: a join would let the planner read all of them for each, in a burst
    found = await work.rows(
        f"SELECT {APPLICATION}, {ENROLMENT} FROM application a LEFT JOIN LATERAL (SELECT * FROM enrolment "
        "WHERE worker = a.worker AND spell = a.spell AND state = 'in-training' LIMIT 1) AS e ON true "
        "WHERE a.worker = ANY(CAST(:workers AS uuid[])) ORDER BY a.worker, a.spell",
        workers=list(workers),
    )
    known: dict[UUID, dict[int, Application]] = {}
    for row in found:
        known.setdefault(row.worker, {})[row.spell] = application_in(row)
    return known


async def courses_of(
    work: UnitOfWork, ids: Collection[UUID], *, or_fitting: Collection[Seeker] = ()
) -> dict[UUID, Course]:
    """What is known of these courses, and of every open one with room that could fit one of these seekers?"""
    searches = searches_for(or_fitting)
    columns = zip(*searches, strict=True) if searches else ([], [], [])
    found = await work.rows(
        _COURSES,
        ids=list(ids),
        day=min((seeker.applied_on for seeker in or_fitting), default=None),
        **{name: list(column) for name, column in zip(Search._fields, columns, strict=True)},
    )
    return {row.id: course_in(row) for row in found}


async def courses_with_room(work: UnitOfWork) -> list[Course]:
    """Which open courses have a free seat?"""
    found = await work.rows(f"SELECT {COURSE} FROM course WHERE state = 'open' AND taken < seats")
    return [course_in(row) for row in found]


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
        "SELECT region FROM application WHERE worker = :worker ORDER BY spell DESC LIMIT 1", worker=worker
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


async def enrolled_in(work: UnitOfWork, pairs: Collection[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], Application]:
    """Under which application does each worker sit in the course, or did so last?"""
    found = await work.rows(
        f"SELECT DISTINCT ON (e.worker, e.course) {APPLICATION}, {ENROLMENT} "
        "FROM unnest(CAST(:workers AS uuid[]), CAST(:courses AS uuid[])) AS r(worker, course) "
        "JOIN enrolment e ON e.worker = r.worker AND e.course = r.course "
        "JOIN application a ON a.worker = e.worker AND a.spell = e.spell "
        "ORDER BY e.worker, e.course, e.spell DESC",
        workers=[worker for worker, _ in pairs],
        courses=[course for _, course in pairs],
    )
    return {(row.worker, row.course): application_in(row) for row in found}


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
        f"AND {lives_there} AND w.applied_on <= section.ends_on AND section.taught <> ALL (w.certified) "
        f"ORDER BY {in_waiting_order('w')} LIMIT section.seats)"
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
    "CAST(:kind AS text[]), CAST(:name AS text[]), CAST(:ends_on AS date[]), CAST(:seats AS int[])) "
    f"AS section({', '.join(ListSection._fields)}) "
    f"CROSS JOIN LATERAL ({' UNION ALL '.join(_FIRST_IN_SECTION)}) AS first) AS next "
    "CROSS JOIN LATERAL (SELECT * FROM application WHERE worker = next.worker AND spell = next.spell LIMIT 1) AS a "
    f"ORDER BY {in_waiting_order('a')}"
)
