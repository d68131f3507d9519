"""Saves courses, applications, enrolments and the waiting list, each kind in a constant number of statements."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from services.training.domain.entities import Application, Course, Enrolment
from services.training.domain.waiting_list import ANY
from services.training.tables import ApplicationRow, CourseRow, EnrolmentRow, WishRow
from shared.database.unit_of_work import UnitOfWork

_SEATS: Final = ("id", "taken", "handed_out", "given_back")
_OUTCOME: Final = (
    "id",
    "state",
    "reason",
    "result",
    "certificate",
    "result_on",
    "result_fact",
    "times_revoked",
    "ended_on",
    "released",
)
_WHOSE: Final = ("id", "worker", "spell", "named", "named_spell")


class _Wish(NamedTuple):
    """A row of the waiting list, by the columns of `WishRow`."""

    worker: UUID
    vocation: str
    spell: int
    region: str | None
    province: str | None
    certified: frozenset[str]
    applied_on: date
    position: int


async def take_off_the_list(work: UnitOfWork, applications: Iterable[Application]) -> None:
    """Delete these from the waiting list; `save` puts back those who still wait."""
    listed = [application.worker for application in applications if application.came == "from-the-list"]
    if listed:
        await work.run("DELETE FROM wish WHERE worker = ANY(CAST(:workers AS uuid[]))", workers=listed)


async def save(work: UnitOfWork, applications: Iterable[Application], courses: Iterable[Course]) -> None:
    """Write what changed.

    What ended is saved before what takes its place: a seat has one worker, and a worker has one open application.
    """
    await _save_courses(work, [course for course in courses if course.changed])
    changed = list({application.key: application for application in applications if application.changed}.values())
    await work.update(ApplicationRow, [each for each in changed if each.is_kept], by=("worker", "spell"))
    await work.insert(ApplicationRow, [each for each in changed if not each.is_kept])
    enrolments = [enrolment for application in changed for enrolment in application.enrolments]
    await work.update(EnrolmentRow, [each for each in enrolments if each.is_kept and each.changed], _OUTCOME)
    await work.update(EnrolmentRow, [each for each in enrolments if each.is_kept and each.moved], _WHOSE)
    await work.insert(EnrolmentRow, [each for each in enrolments if not each.is_kept])
    await take_off_the_list(work, changed)
    await work.insert(WishRow, [wish for each in changed if _is_listed(each) for wish in _wishes(each)])
    saved: list[Application | Enrolment] = [*changed, *enrolments]
    for each in saved:
        each.changed, each.is_kept = False, True
    for enrolment in enrolments:
        enrolment.moved = False


async def send_home(work: UnitOfWork, workers: Iterable[UUID], split_off: Iterable[UUID]) -> None:
    """Let seats that were given back while these workers were one be again of the id to which they were given."""
    if ids := list(split_off):
        await work.run(
            "UPDATE enrolment SET worker = named, spell = named_spell, named = NULL, named_spell = NULL "
            "WHERE worker = ANY(CAST(:workers AS uuid[])) AND named = ANY(CAST(:ids AS uuid[])) AND state = 'cancelled'",
            workers=list(workers),
            ids=ids,
        )


async def forget(work: UnitOfWork, applications: Iterable[Application]) -> None:
    """Delete what was only noted down for a worker who had not applied."""
    noted = [application.key for application in applications]
    if noted:
        await work.run(
            "DELETE FROM application WHERE state = 'gone' AND (worker, spell) IN "
            "(SELECT * FROM unnest(CAST(:workers AS uuid[]), CAST(:spells AS int[])))",
            workers=[worker for worker, _ in noted],
            spells=[spell for _, spell in noted],
        )


async def _save_courses(work: UnitOfWork, changed: list[Course]) -> None:
    await work.update(CourseRow, [course for course in changed if course.is_kept and course.amended])
    await work.update(CourseRow, [course for course in changed if course.is_kept and not course.amended], _SEATS)
    await work.insert(CourseRow, [course for course in changed if not course.is_kept])
    for course in changed:
        course.changed, course.amended, course.is_kept = False, False, True


def _is_listed(application: Application) -> bool:
    return application.state == "waiting" and not application.restricted


def _wishes(application: Application) -> Iterator[_Wish]:
    """Give one row for each vocation wished for that is new to the worker; a repeated wish counts once."""
    worker, spell, region, province = application.worker, application.spell, application.region, application.province
    for vocation in dict.fromkeys(application.would_learn or [ANY]):
        yield _Wish(
            worker,
            vocation,
            spell,
            region,
            province,
            application.certified,
            application.applied_on,
            application.position,
        )
