"""What the journal and the tables hold about a course's selection: all that a replay needs. Each is one statement."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Row

from services.training.domain.allocation import WAITING_ORDER
from services.training.domain.entities import Course, Standing
from services.training.domain.line import Key
from services.training.domain.selection import Certificate, Former, Records, Selection, Word
from services.training.rows import COURSE, course_in
from services.training.store import CALLED, in_waiting_order, meant_by
from shared import clock
from shared.database.unit_of_work import UnitOfWork
from shared.events import (
    ApplicationRefused,
    EnrolmentCancelled,
    Event,
    SeatGivenUp,
    TrainingNotCompleted,
    TrainingResultVoided,
    WaitingEnded,
    WorkerEnrolled,
    WorkerGraduated,
    WorkerWaitlisted,
    type_of,
)

_ENROLLED: Final = type_of(WorkerEnrolled)
_WAITLISTED: Final = type_of(WorkerWaitlisted)
_GRADUATED: Final = type_of(WorkerGraduated)
_ENDINGS: Final[tuple[type[Event], ...]] = (
    EnrolmentCancelled,
    SeatGivenUp,
    WaitingEnded,
    ApplicationRefused,
    WorkerGraduated,
    TrainingNotCompleted,
)
_SAID: Final = [_ENROLLED, _WAITLISTED, *map(type_of, _ENDINGS)]


class Held(NamedTuple):
    """What training holds about a course: the course, its enrolments, and the records of all who may have stood in line."""

    course: Course
    vocations: list[str]
    enrolments: Sequence[Row[Any]]
    records: Records


class Others(NamedTuple):
    """How many stood nearer in line for other vocations, and the first of them."""

    workers: int
    first: Row[Any] | None


async def courses_called(work: UnitOfWork, course: str, provider: str | None) -> list[Course]:
    """Which course has this id, or is the latest run of this code, at a provider (None: at each)? Two at most."""
    found = await work.rows(
        f"SELECT {COURSE} FROM course WHERE id IN ({CALLED}) ORDER BY agency LIMIT 2",
        **meant_by(course),
        provider=provider,
    )
    return [course_in(row, clock.today()) for row in found]


async def held_about(work: UnitOfWork, course: Course) -> Held:
    """Read all that a replay of a course's selection needs: of whoever once wished for what it taught, or for anything."""
    vocations = [
        row.vocation
        for row in await work.rows(
            "SELECT DISTINCT data ->> 'vocation' AS vocation FROM journal "
            "WHERE type = :enrolled AND data ->> 'course' = CAST(CAST(:course AS uuid) AS text)",
            enrolled=_ENROLLED,
            course=course.id,
        )
    ]
    asked: dict[str, Any] = {"vocations": vocations, "course": course.id}
    former = await work.rows(
        f"SELECT f.* FROM former_standing f WHERE (f.worker, f.spell) IN ({_MAY_HAVE_STOOD}) ORDER BY f.id", **asked
    )
    applications = await work.rows(
        f"SELECT a.worker, a.spell, {', '.join(f'a.{name}' for name in Standing._fields)}, m.person "
        "FROM application a LEFT JOIN merged_worker m ON m.worker = a.worker "
        f"WHERE (a.worker, a.spell) IN ({_MAY_HAVE_STOOD})",
        **asked,
    )
    words = await work.rows(
        "SELECT j.position, j.time, j.type, j.key, CAST(j.data ->> 'spell' AS int) AS spell, "
        "CAST(j.data ->> 'applied_on' AS date) AS applied_on, coalesce(CAST(j.data ->> 'again' AS boolean), false) AS again, "
        "CASE WHEN j.type = :enrolled AND j.data ->> 'course' = CAST(CAST(:course AS uuid) AS text) "
        "THEN CAST(j.data AS text) END AS given FROM journal j "
        f"WHERE j.type = ANY(CAST(:types AS text[])) AND (j.key, CAST(j.data ->> 'spell' AS int)) IN ({_MAY_HAVE_STOOD}) "
        "OR (j.type = :enrolled AND j.data ->> 'course' = CAST(CAST(:course AS uuid) AS text)) ORDER BY j.position",
        types=_SAID,
        enrolled=_ENROLLED,
        **asked,
    )
    certificates = await work.rows(
        "SELECT j.position, coalesce(m.person, j.key) AS person, j.data ->> 'vocation' AS vocation, "
        "j.type = :graduated AS is_good FROM journal j LEFT JOIN merged_worker m ON m.worker = j.key "
        "WHERE (j.type = :graduated OR (j.type = :voided AND j.data ->> 'certificate' IS NOT NULL "
        "AND j.data ->> 'still_certified' IS NULL)) AND j.data ->> 'vocation' = ANY(CAST(:vocations AS text[]))",
        graduated=_GRADUATED,
        voided=type_of(TrainingResultVoided),
        vocations=vocations,
    )
    enrolments = await work.rows(
        "SELECT coalesce(e.named, e.worker) AS worker, coalesce(e.named_spell, e.spell) AS spell, e.seat, e.basis, e.state, "
        "e.passed_on, coalesce(a.restricted, false) AS restricted FROM enrolment e "
        "LEFT JOIN application a ON a.worker = e.worker AND a.spell = e.spell WHERE e.course = :course ORDER BY e.id",
        course=course.id,
    )
    records = Records(
        words=[_word(row, course) for row in words],
        former=[Former(row.until, (row.worker, row.spell), _standing(row), row.waits) for row in former],
        standings={(row.worker, row.spell): _standing(row) for row in applications},
        certificates=[Certificate(row.position, row.person, row.vocation, row.is_good) for row in certificates],
        persons={row.worker: row.person for row in applications if row.person is not None},
    )
    return Held(course, vocations, enrolments, records)


_MAY_HAVE_STOOD: Final = (
    "SELECT worker, spell FROM application WHERE wishes = '{}' OR wishes && CAST(:vocations AS text[]) "
    "UNION SELECT worker, spell FROM former_standing WHERE wishes = '{}' OR wishes && CAST(:vocations AS text[]) "
    "UNION SELECT coalesce(named, worker), coalesce(named_spell, spell) FROM enrolment WHERE course = :course"
)


async def others_nearer(work: UnitOfWork, held: Held, found: Selection) -> Others:
    """How many stood nearer in line for other vocations when the last seat was given, and who was the first of them?"""
    if not found.seats:
        return Others(0, None)
    first, order = found.first_not_in, in_waiting_order("a")
    nearer = f"AND ({order}) < ({', '.join(f':{name}' for name in WAITING_ORDER)})" if first else ""
    rows = await work.rows(
        "WITH latest AS (SELECT DISTINCT ON (key, spell) key, spell, type FROM (SELECT key, position, type, "
        "CAST(data ->> 'spell' AS int) AS spell FROM journal WHERE type = ANY(CAST(:types AS text[])) "
        "AND position <= :last) AS said ORDER BY key, spell, position DESC) "
        "SELECT a.worker, a.applied_on, count(*) OVER () AS workers FROM latest "
        "JOIN application a ON a.worker = latest.key AND a.spell = latest.spell "
        "WHERE latest.type = :waitlisted AND NOT a.restricted "
        f"AND (a.worker, a.spell) NOT IN ({_MAY_HAVE_STOOD}) {nearer} ORDER BY {order} LIMIT 1",
        types=_SAID,
        last=found.seats[-1].word.position,
        waitlisted=_WAITLISTED,
        vocations=held.vocations,
        course=held.course.id,
        **({name: getattr(first, name) for name in WAITING_ORDER} if first else {}),
    )
    return Others(rows[0].workers, rows[0]) if rows else Others(0, None)


def _word(row: Row[Any], course: Course) -> Word:
    key: Key = (row.key, row.spell)
    if row.type == _WAITLISTED:
        return Word(row.position, row.time, key, "waitlisted", row.applied_on)
    if row.type != _ENROLLED:
        return Word(row.position, row.time, key, "ended")
    word = Word(row.position, row.time, key, "enrolled", row.applied_on, again=row.again)
    if row.given is None:
        return word
    said = msgspec.json.decode(row.given, type=WorkerEnrolled)
    return word._replace(
        course=_as_it_was(course, said),
        seat=said.seat,
        order=said.order,
        from_waiting_list=said.from_waiting_list,
    )


def _as_it_was(course: Course, said: WorkerEnrolled) -> Course:
    """Give the course as an enrolment tells it; one from before `reach` was told has the reach of today."""
    return replace(
        course,
        vocation=said.vocation,
        region=said.region,
        reach=said.reach or course.reach,
        starts_on=said.starts_on,
        ends_on=said.ends_on,
    )


def _standing(row: Row[Any]) -> Standing:
    return Standing(*(getattr(row, name) for name in Standing._fields))
