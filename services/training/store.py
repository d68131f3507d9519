"""Training's questions to its database. Each is one statement, however many workers and courses it is about.

Whoever asks has taken its turn (`work.take_turns`): nobody else gives seats away meanwhile, so no row is locked.
"""

from collections.abc import Collection, Iterable
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row

from services.training.domain import WAITING_ORDER
from services.training.entities import Application, Course, Enrolment
from services.training.lines import ANY, Line, Search, Seeker, lines_to, searches_for
from shared.database.unit_of_work import UnitOfWork

_COURSE: Final = (
    "id, code, agency, title, vocation, region, reach, mode, funding, venue, seats, starts_on, ends_on, taken, "
    "handed_out, given_back, state, was_resumed"
)
_ROOM: Final = "state = 'open' AND taken < seats AND ends_on >= CAST(:day AS date)"
# one index for each kind of place; `left` finds a province's regencies, and perhaps too much, which the rule leaves out
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
    f"SELECT {_COURSE} FROM wanted JOIN course USING (id)"
)
_APPLICATION: Final = (
    "a.worker, a.spell, a.applied_on, a.position, a.region, a.reach, a.wishes, a.concerns, a.state, a.reason, "
    "ARRAY(SELECT g.vocation FROM enrolment g WHERE g.worker = a.worker AND g.state = 'graduated') AS certified"
)
_ENROLMENT: Final = (
    "e.id AS enrolment, e.course, e.vocation, e.seat, e.basis, e.from_waiting_list, e.passed_on, "
    "e.state AS enrolment_state, e.reason AS enrolment_reason, e.result, e.certificate"
)


async def applications_of(work: UnitOfWork, workers: Collection[UUID]) -> dict[UUID, dict[int, Application]]:
    """Which spells of these workers are known (worker -> spell -> application), and where does each sit now?"""
    # the enrolment is looked up for each worker: a join would let the planner read all of them for each, in a burst
    found = await work.rows(
        f"SELECT {_APPLICATION}, {_ENROLMENT} FROM application a LEFT JOIN LATERAL (SELECT * FROM enrolment "
        "WHERE worker = a.worker AND spell = a.spell AND state = 'in-training' LIMIT 1) AS e ON true "
        "WHERE a.worker = ANY(CAST(:workers AS uuid[])) ORDER BY a.worker, a.spell",
        workers=list(workers),
    )
    known: dict[UUID, dict[int, Application]] = {}
    for row in found:
        known.setdefault(row.worker, {})[row.spell] = _application(row)
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
    return {row.id: _course(row) for row in found}


async def courses_with_room(work: UnitOfWork) -> list[Course]:
    """Which open courses have a free seat?"""
    found = await work.rows(f"SELECT {_COURSE} FROM course WHERE state = 'open' AND taken < seats")
    return [_course(row) for row in found]


async def participants_of(work: UnitOfWork, courses: Collection[UUID]) -> list[Application]:
    """Who sits in these courses now, by course and seat?"""
    found = await work.rows(
        f"SELECT {_APPLICATION}, {_ENROLMENT} FROM enrolment e "
        "JOIN application a ON a.worker = e.worker AND a.spell = e.spell "
        "WHERE e.course = ANY(CAST(:courses AS uuid[])) AND e.state = 'in-training' ORDER BY e.course, e.seat",
        courses=list(courses),
    )
    return [_application(row) for row in found]


async def enrolled_in(work: UnitOfWork, pairs: Collection[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], Application]:
    """Under which application did or does each worker sit in the course, for the last time?"""
    found = await work.rows(
        f"SELECT DISTINCT ON (e.worker, e.course) {_APPLICATION}, {_ENROLMENT} "
        "FROM unnest(CAST(:workers AS uuid[]), CAST(:courses AS uuid[])) AS r(worker, course) "
        "JOIN enrolment e ON e.worker = r.worker AND e.course = r.course "
        "JOIN application a ON a.worker = e.worker AND a.spell = e.spell "
        "ORDER BY e.worker, e.course, e.spell DESC",
        workers=[worker for worker, _ in pairs],
        courses=[course for _, course in pairs],
    )
    return {(row.worker, row.course): _application(row) for row in found}


async def next_in_line(work: UnitOfWork, courses: Iterable[Course]) -> list[Application]:
    """Who on the waiting list could take the free seats of these courses?"""
    lines = lines_to(courses)
    if not lines:
        return []
    columns = zip(*lines, strict=True)
    found = await work.rows(
        _NEXT_IN_LINE, **{name: list(column) for name, column in zip(Line._fields, columns, strict=True)}
    )
    return [_application(row) for row in found]


def in_waiting_order(table: str) -> str:
    """Write the waiting list's order as SQL: the columns that `domain.WAITING_ORDER` names, in that order."""
    return ", ".join(f"{table}.{name}" for name in WAITING_ORDER)


def _heads(kind: str, lives_there: str) -> str:
    return (
        f"(SELECT w.worker, w.spell FROM wish w WHERE line.kind = '{kind}' AND w.vocation = line.wished AND {lives_there} "
        "AND w.applied_on <= line.ends_on AND line.taught <> ALL (w.certified) "
        f"ORDER BY {in_waiting_order('w')} LIMIT line.seats)"
    )


_HEADS: Final = (
    _heads("regency", "w.region = line.name"),
    _heads("province", "w.province = line.name"),
    _heads("anywhere", "true"),
)
# the application is looked up for each head by its key: a join would let the planner read the whole list instead
_NEXT_IN_LINE: Final = (
    f"SELECT {_APPLICATION}, NULL AS enrolment FROM ("
    "SELECT DISTINCT heads.worker, heads.spell FROM unnest(CAST(:wished AS text[]), CAST(:taught AS text[]), "
    "CAST(:kind AS text[]), CAST(:name AS text[]), CAST(:ends_on AS date[]), CAST(:seats AS int[])) "
    f"AS line({', '.join(Line._fields)}) CROSS JOIN LATERAL ({' UNION ALL '.join(_HEADS)}) AS heads) AS next "
    "CROSS JOIN LATERAL (SELECT * FROM application WHERE worker = next.worker AND spell = next.spell LIMIT 1) AS a "
    f"ORDER BY {in_waiting_order('a')}"
)


def _course(row: Any) -> Course:  # noqa: ANN401  a row
    course = Course(*row)  # the columns are in the order of its fields
    course.is_kept = True
    return course


def _application(row: Row[Any]) -> Application:
    application = Application(
        worker=row.worker,
        spell=row.spell,
        applied_on=row.applied_on,
        position=row.position,
        region=row.region,
        reach=row.reach,
        wishes=row.wishes,
        concerns=row.concerns,
        state=row.state,
        reason=row.reason,
        certified=frozenset(row.certified),
        came="from-the-list" if row.state == "waiting" else "now",
        is_kept=True,
    )
    if row.enrolment is not None:
        application.enrolments.append(
            Enrolment(
                id=row.enrolment,
                worker=row.worker,
                spell=row.spell,
                course=row.course,
                vocation=row.vocation,
                seat=row.seat,
                basis=row.basis,
                from_waiting_list=row.from_waiting_list,
                passed_on=row.passed_on,
                state=row.enrolment_state,
                reason=row.enrolment_reason,
                result=row.result,
                certificate=row.certificate,
                is_kept=True,
            )
        )
    return application
