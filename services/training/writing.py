"""How training writes down what was decided: each kind of thing in one statement, so that no step leaves a rule broken."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlmodel import SQLModel
from uuid_utils.compat import uuid7

from services.training.entities import Application, Course, Enrolment
from services.training.lines import ANY
from services.training.tables import ApplicationRow, CourseRow, EnrolmentRow, WishRow
from shared.work import Work


async def take_off_the_list(work: Work, applications: Iterable[Application]) -> None:
    """Take these off the waiting list: whoever waits on is put back by `save`."""
    listed = [application.worker for application in applications if application.came == "from-the-list"]
    if listed:
        await work.run("DELETE FROM wish WHERE worker = ANY(CAST(:workers AS uuid[]))", workers=listed)


async def save(work: Work, applications: Iterable[Application], courses: Iterable[Course]) -> None:
    """Write down what changed. What ended is written in a save before: no seat is given twice, no worker in two spells."""
    opened = [course for course in courses if course.changed]
    changed = list({application.key: application for application in applications if application.changed}.values())
    enrolments = [enrolment for application in changed for enrolment in application.enrolments]
    await work.insert(CourseRow, [_course(course) for course in opened], _replacing(CourseRow, "id"))
    await work.insert(
        ApplicationRow, [_application(each) for each in changed], _replacing(ApplicationRow, "worker", "spell")
    )
    await work.update(EnrolmentRow, [_outcome(each) for each in enrolments if each.id is not None and each.changed])
    await work.insert(EnrolmentRow, [_enrolment(each) for each in enrolments if each.id is None])
    await take_off_the_list(work, changed)
    await work.insert(WishRow, [wish for each in changed if each.state == "waiting" for wish in _wishes(each)])
    written: list[Course | Application | Enrolment] = [*opened, *changed, *enrolments]
    for each in written:
        each.changed = False


@cache
def _columns(table: type[SQLModel]) -> tuple[str, ...]:
    return tuple(table.__table__.c.keys())  # type: ignore[attr-defined]  # SQLModel adds it


def _replacing(table: type[SQLModel], *by: str) -> str:
    sets = ", ".join(f"{column} = excluded.{column}" for column in _columns(table) if column not in by)
    return f"ON CONFLICT ({', '.join(by)}) DO UPDATE SET {sets}"


def _course(course: Course) -> dict[str, Any]:
    return {name: getattr(course, name) for name in _columns(CourseRow)}


def _application(application: Application) -> dict[str, Any]:
    return {name: getattr(application, name) for name in _columns(ApplicationRow)}


def _enrolment(enrolment: Enrolment) -> dict[str, Any]:
    enrolment.id = uuid7()
    return {name: getattr(enrolment, name) for name in _columns(EnrolmentRow)}


def _outcome(enrolment: Enrolment) -> dict[str, Any]:
    return {name: getattr(enrolment, name) for name in ("id", "state", "reason", "result", "certificate")}


def _wishes(application: Application) -> list[dict[str, Any]]:
    """One row for each vocation that is new to the worker; a wish that is said twice counts once."""
    same = {name: getattr(application, name) for name in _columns(WishRow) if name != "vocation"}
    return [same | {"vocation": vocation} for vocation in dict.fromkeys(application.would_learn or [ANY])]
