"""How a worker's application stands: the place in line, the rule, the last seat that was given, and what would fit further away."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from services.training import store
from services.training.domain.allocation import WAITING_ORDER, applied_on_in, rule_in_words
from services.training.domain.entities import Application, Course
from services.training.domain.fitting import why_not
from services.training.domain.waiting_list import ANY
from services.training.rows import COURSE, course_in
from shared import clock
from shared.database.unit_of_work import UnitOfWork

ANY_VOCATION: Final = "any"
MOST_FURTHER: Final = 100
"""Courses out of reach that are named for each vocation."""


async def present_application(work: UnitOfWork, worker: UUID) -> Application | None:
    """Which application does a worker have now, or had last? Any id that means the worker will do."""
    known = await store.applications_of(work, {worker}, seats="held or used up")
    heard = [application for application in known.every() if application.state != "gone"]
    person = known.merged[worker].person if worker in known.merged else worker
    own = [application for application in heard if application.worker == person]
    if own:
        return max(own, key=lambda application: application.spell)
    return max(heard, key=lambda application: application.applied_on, default=None)


async def seat_of(work: UnitOfWork, application: Application) -> dict[str, Any] | None:
    """Which seat does the application hold, or has it used up?"""
    if not application.enrolments:
        return None
    enrolment = application.enrolment
    course = (await store.courses_of(work, {enrolment.course}))[enrolment.course]
    return {
        "id": course.id,
        "course": course.code,
        "provider": course.agency,
        "title": course.title,
        "vocation": enrolment.vocation,
        "starts_on": course.starts_on,
        "ends_on": course.ends_on,
        "seat": enrolment.seat,
        "order": enrolment.basis,
        "from_waiting_list": enrolment.from_waiting_list,
        "state": enrolment.state,
    }


async def told(work: UnitOfWork, application: Application, seat: dict[str, Any] | None) -> dict[str, Any]:
    """Tell all of an application: a restricted one stands on no list."""
    waits = application.state == "waiting" and not application.restricted
    return {
        "worker": application.worker,
        "spell": application.spell,
        "state": application.state,
        "reason": application.reason,
        "restricted": application.restricted,
        "applied_on": application.applied_on,
        "region": application.region,
        "wishes": application.wishes,
        "rule": rule_in_words(),
        "seat": seat,
        "waits": await _lines(work, application) if waits else [],
    }


async def _lines(work: UnitOfWork, application: Application) -> list[dict[str, Any]]:
    """Tell of each list on which a worker stands: one for each vocation wished for, or one for any."""
    vocations = list(dict.fromkeys(application.would_learn)) or [ANY]
    places = await _places(work, application, vocations)
    last = await _last_seats(work, vocations)
    courses = await _out_of_reach(work, application)
    return [
        {
            "vocation": ANY_VOCATION if vocation == ANY else vocation,
            "place": places[vocation][0],
            "of": places[vocation][1],
            "last_seat": last.get(vocation),
            "further": [_further(each) for each in courses if vocation in (ANY, each.vocation)][:MOST_FURTHER],
        }
        for vocation in vocations
    ]


async def _places(work: UnitOfWork, application: Application, vocations: Sequence[str]) -> dict[str, tuple[int, int]]:
    """At which place of how many does a worker stand, on the list of each vocation?

    Everybody counts who waits and would learn the vocation, wherever they live; for any vocation, everybody who waits.
    """
    own = ", ".join(f":{name}" for name in WAITING_ORDER)
    found = await work.rows(
        "SELECT asked.vocation, count(*) AS n, "
        f"count(*) FILTER (WHERE ({store.in_waiting_order('list')}) <= ({own})) AS place "
        "FROM unnest(CAST(:vocations AS text[])) AS asked(vocation) CROSS JOIN LATERAL ("
        f"SELECT DISTINCT ON (w.worker) w.* FROM wish w WHERE asked.vocation = '{ANY}' "
        f"OR (w.vocation IN (asked.vocation, '{ANY}') AND asked.vocation <> ALL (w.certified))"
        ") AS list GROUP BY asked.vocation",
        vocations=list(vocations),
        **{name: getattr(application, name) for name in WAITING_ORDER},
    )
    return {row.vocation: (row.place, row.n) for row in found}


async def _last_seats(work: UnitOfWork, vocations: Sequence[str]) -> dict[str, dict[str, Any]]:
    """When was the last seat of each vocation given, and at which place in line? It is not said to whom."""
    found = await work.rows(
        "SELECT DISTINCT ON (asked.vocation) asked.vocation, last.id, last.basis FROM unnest(CAST(:vocations AS text[])) AS asked(vocation) CROSS JOIN course c CROSS JOIN LATERAL ("
        "SELECT e.id, e.basis FROM enrolment e WHERE e.course = c.id "
        f"AND (e.vocation = asked.vocation OR asked.vocation = '{ANY}') ORDER BY e.id DESC LIMIT 1) AS last "
        "ORDER BY asked.vocation, last.id DESC",
        vocations=list(vocations),
    )
    return {
        row.vocation: {"given_at": _time_in(row.id), "applied_on": applied_on_in(row.basis), "order": row.basis}
        for row in found
    }


def _time_in(id: UUID) -> datetime:
    """Give the time that a UUIDv7 states: 48 bits of milliseconds. Enrolments have no other, and no index finds them in the journal."""
    return datetime.fromtimestamp((id.int >> 80) / 1000, UTC)


async def _out_of_reach(work: UnitOfWork, application: Application) -> list[Course]:
    """Which courses that are open to newcomers would fit if the worker reached further? Those with free seats come first."""
    today = clock.today()
    found = await work.rows(
        f"SELECT {COURSE} FROM course WHERE state = 'open' AND entry_until >= :today "
        "AND (CAST(:wishes AS text[]) = '{}' OR vocation = ANY(CAST(:wishes AS text[]))) "
        "ORDER BY taken >= seats, starts_on, agency, code",
        today=today,
        wishes=application.wishes,
    )
    return [
        course for course in (course_in(row, today) for row in found) if why_not(application, course) == "out-of-reach"
    ]


def _further(course: Course) -> dict[str, Any]:
    return {
        "id": course.id,
        "course": course.code,
        "provider": course.agency,
        "title": course.title,
        "vocation": course.vocation,
        "region": course.region,
        "reach": course.reach,
        "free": course.free,
        "starts_on": course.starts_on,
        "ends_on": course.ends_on,
    }
