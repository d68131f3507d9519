"""Training's questions to its database. Each is one statement, however many workers and courses it is about.

Whoever asks has taken its turn (`work.take_turns`): nobody else gives seats away meanwhile, so no row is locked.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row

from services.training.domain import WAITING_ORDER, takes_from
from services.training.entities import Application, Course, Enrolment
from shared.work import Work

ANY: Final = "*"
"""Stands in `wish` for the vocation of who will learn anything."""

_COURSE: Final = (
    "id, code, agency, title, vocation, region, reach, mode, funding, venue, seats, taken, handed_out, given_back, "
    "starts_on, ends_on, state, was_resumed"
)
_APPLICATION: Final = (
    "a.worker, a.spell, a.applied_on, a.position, a.region, a.reach, a.wishes, a.concerns, a.state, a.reason, "
    "ARRAY(SELECT g.vocation FROM enrolment g WHERE g.worker = a.worker AND g.state = 'graduated') AS certified"
)
_ENROLMENT: Final = (
    "e.id AS enrolment, e.course, e.vocation, e.seat, e.basis, e.from_waiting_list, e.passed_on, "
    "e.state AS enrolment_state, e.reason AS enrolment_reason, e.result, e.certificate"
)


async def applications_of(work: Work, workers: Collection[UUID]) -> dict[UUID, dict[int, Application]]:
    """Which spells of these workers are known (worker -> spell -> application), and where does each sit now?"""
    found = await work.rows(
        f"SELECT {_APPLICATION}, {_ENROLMENT} FROM application a "
        "LEFT JOIN enrolment e ON e.worker = a.worker AND e.spell = a.spell AND e.state = 'in-training' "
        "WHERE a.worker = ANY(CAST(:workers AS uuid[])) ORDER BY a.worker, a.spell",
        workers=list(workers),
    )
    known: dict[UUID, dict[int, Application]] = {}
    for row in found:
        known.setdefault(row.worker, {})[row.spell] = _application(row)
    return known


async def courses_of(work: Work, ids: Collection[UUID], *, or_with_room_on: date | None = None) -> dict[UUID, Course]:
    """What is known of these courses, and of every open one with room that ends on that day or later?"""
    found = await work.rows(
        f"SELECT {_COURSE} FROM course WHERE id = ANY(CAST(:ids AS uuid[])) "
        "OR (state = 'open' AND taken < seats AND ends_on >= CAST(:day AS date))",
        ids=list(ids),
        day=or_with_room_on,
    )
    return {row.id: Course(**row._asdict()) for row in found}


async def courses_with_room(work: Work) -> list[Course]:
    """Which open courses have a free seat?"""
    found = await work.rows(f"SELECT {_COURSE} FROM course WHERE state = 'open' AND taken < seats")
    return [Course(**row._asdict()) for row in found]


async def participants_of(work: Work, courses: Collection[UUID]) -> list[Application]:
    """Who sits in these courses now, by course and seat?"""
    found = await work.rows(
        f"SELECT {_APPLICATION}, {_ENROLMENT} FROM enrolment e "
        "JOIN application a ON a.worker = e.worker AND a.spell = e.spell "
        "WHERE e.course = ANY(CAST(:courses AS uuid[])) AND e.state = 'in-training' ORDER BY e.course, e.seat",
        courses=list(courses),
    )
    return [_application(row) for row in found]


async def enrolled_in(work: Work, pairs: Collection[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], Application]:
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


async def next_in_line(work: Work, courses: Iterable[Course], *, at_most: int | None = None) -> list[Application]:
    """Who on the waiting list could take the free seats of these courses?

    For each vocation, place and last day it is as many heads of the list as there are free seats in all: of more than
    that, nobody gets one, for everybody ahead either took a seat or found that all of those that fit were gone.
    """
    free = [course for course in courses if course.has_room]
    lines = sorted(
        {
            (wished, course.vocation, *takes_from(course)[-1], course.ends_on)
            for course in free
            for wished in (course.vocation, ANY)
        }
    )
    if not lines:
        return []
    found = await work.rows(
        _NEXT_IN_LINE,
        wished=[line[0] for line in lines],
        taught=[line[1] for line in lines],
        kinds=[line[2] for line in lines],
        names=[line[3] for line in lines],
        ends=[line[4] for line in lines],
        seats=at_most or sum(course.free for course in free),
    )
    return [_application(row) for row in found]


def in_waiting_order(table: str) -> str:
    """Write the waiting list's order as SQL: the columns that `domain.WAITING_ORDER` names, in that order."""
    return ", ".join(f"{table}.{name}" for name in WAITING_ORDER)


def _heads(kind: str, where: str) -> str:
    return (
        f"(SELECT w.worker, w.spell FROM wish w WHERE line.kind = '{kind}' AND w.vocation = line.wished {where} "
        "AND w.applied_on <= line.ends_on AND (line.wished = line.taught OR NOT EXISTS (SELECT FROM enrolment g WHERE "
        "g.worker = w.worker AND g.state = 'graduated' AND g.vocation = line.taught)) "
        f"ORDER BY {in_waiting_order('w')} LIMIT CAST(:seats AS int))"
    )


_NEXT_IN_LINE: Final = (
    f"SELECT {_APPLICATION}, NULL AS enrolment FROM application a JOIN ("
    "SELECT DISTINCT heads.worker, heads.spell FROM unnest(CAST(:wished AS text[]), CAST(:taught AS text[]), "
    "CAST(:kinds AS text[]), CAST(:names AS text[]), CAST(:ends AS date[])) AS line(wished, taught, kind, name, ends_on) "
    "CROSS JOIN LATERAL ("
    + " UNION ALL ".join(
        (
            _heads("regency", "AND w.region = line.name"),
            _heads("province", "AND w.province = line.name"),
            _heads("anywhere", ""),
        )
    )
    + ") AS heads) AS next ON next.worker = a.worker AND next.spell = a.spell "
    f"WHERE a.state = 'waiting' ORDER BY {in_waiting_order('a')}"
)


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
            )
        )
    return application
