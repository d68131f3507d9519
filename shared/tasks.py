"""Tasks: what should have come by now, of which agency, and the events that say so once.

A task is derived from a service's state by one query for each kind, so that it is settled by whatever settles the state. Only what was
said of it is kept (`task_notice`), and forgotten once the task is settled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Row

from shared import clock
from shared.database.locks import TASKS_LOCK
from shared.database.tables import TaskNoticeRow
from shared.database.unit_of_work import Database, UnitOfWork
from shared.events import EVENTS, Event, Fact
from shared.events.tasks import Task
from shared.offices import Offices
from shared.telemetry.gauges import SqlGauge

PAGE: Final = 5_000
"""Tasks that are announced in one transaction."""
TASK_EVENTS: Final = [type for type, kind in EVENTS.items() if issubclass(kind, Task)]
"""The CloudEvents types that say that a task falls due or is late: nothing happened to whom they are about."""


@dataclass(frozen=True)
class Kind:
    """One kind of task of a service. This is all that there is to say of it.

    `owed` is a query: a row for each task that may be open, with the columns `subject` (a text that names the task), `since`, `due`,
    `owed_by` (an agency's slug, or nothing where the offices of the `region` owe it), `region`, `anywhere` (any office may do it), `restricted` (the worker's data is), and `about`, a JSON object with the other fields of its events.
    """

    name: str
    owed: str
    settled_by: tuple[type[Fact], ...]
    due: type[Task]
    overdue: type[Task] | None = None
    """None where the task ends by itself when it was due."""
    reminded_before: int = 0
    """Days before it is due when it is announced as due."""


def owed_sql(kinds: Sequence[Kind]) -> str:
    """Give the query for the tasks of these kinds, each with its kind, the day of its reminder, and whether it is escalated."""
    columns = (
        "subject, since, due, coalesce(owed_by, region, '') AS debtor, owed_by, region, anywhere, restricted, about"
    )
    return " UNION ALL ".join(
        f"SELECT '{kind.name}' AS kind, {columns}, due - {kind.reminded_before} AS remind_on, "
        f'{"true" if kind.overdue else "false"} AS escalates FROM ({kind.owed}) AS "{kind.name}"'
        for kind in kinds
    )


def _overdue_gauge(kinds: Sequence[Kind]) -> SqlGauge:
    names = ", ".join(f"('{kind.name}')" for kind in kinds)
    return SqlGauge(
        "pulih_tasks_overdue",
        "Tasks that agencies owe and that are late, by kind.",
        f"SELECT of.kind, count(owed.kind) FROM (VALUES {names}) AS of(kind) "
        f"LEFT JOIN ({owed_sql(kinds)}) AS owed ON owed.kind = of.kind AND owed.due < :today GROUP BY 1",
        ("kind",),
    )


def debtors(row: Row[Any], offices: Offices) -> list[str]:
    """Name who owes a task."""
    return [row.owed_by] if row.owed_by else offices_of(row, offices)


def offices_of(row: Row[Any], offices: Offices) -> list[str]:
    """Name the offices where the worker lives, or where else the task is."""
    return offices.widest() if row.anywhere else offices.nearest(row.region)


class Tasks:
    """Says once of each task of a service that it falls due, and once that it is late, however many instances look."""

    def __init__(self, kinds: Sequence[Kind], escalation_days: int) -> None:
        self.kinds = {kind.name: kind for kind in kinds}
        self.gauge = _overdue_gauge(kinds)
        """The tasks that are late, with a number for each kind."""
        self._escalation = timedelta(days=escalation_days)
        owed = owed_sql(kinds)
        self._forget = (
            f"WITH owed AS ({owed}) DELETE FROM task_notice AS said WHERE NOT EXISTS (SELECT FROM owed "
            "WHERE (owed.kind, owed.subject, owed.due, owed.debtor) = (said.kind, said.subject, said.due, said.owed_by) AND since <= :today)"
        )
        self._unsaid = (
            f"WITH owed AS ({owed}), judged AS (SELECT owed.*, "
            "said.kind IS NULL AND remind_on <= :today AS is_due, "
            "escalates AND owed.due <= :late AND NOT coalesce(said.escalated, false) AS is_late "
            "FROM owed LEFT JOIN task_notice AS said ON (owed.kind, owed.subject, owed.due, owed.debtor) "
            "= (said.kind, said.subject, said.due, said.owed_by) WHERE since <= :today AND NOT restricted) "
            "SELECT * FROM judged WHERE is_due OR is_late ORDER BY due, kind, subject LIMIT :page"
        )

    async def look(self, database: Database) -> int:
        """Announce what falls due and what is late today. Gives how many tasks."""
        announced = 0
        while True:
            async with database.work(patiently=True) as work:
                found = await self._announce(work, clock.today())
            announced += found
            if found < PAGE:
                return announced

    async def _announce(self, work: UnitOfWork, today: date) -> int:
        await work.run(f"SELECT pg_advisory_xact_lock({TASKS_LOCK})")  # another instance may be looking, too
        await work.plan_freely()
        await work.run(self._forget, today=today)
        found = await work.rows(self._unsaid, today=today, late=today - self._escalation, page=PAGE)
        if not found:
            return 0
        offices = await Offices.read(work)
        work.announce(*(event for row in found for event in self._events(row, offices)))
        await work.insert(
            TaskNoticeRow,
            [
                {
                    "kind": row.kind,
                    "subject": row.subject,
                    "due": row.due,
                    "owed_by": row.debtor,
                    "escalated": row.is_late,
                }
                for row in found
            ],
            "ON CONFLICT (kind, subject, due, owed_by) DO UPDATE SET escalated = excluded.escalated",
        )
        return len(found)

    def _events(self, row: Row[Any], offices: Offices) -> list[Event]:
        kind, owed_by = self.kinds[row.kind], debtors(row, offices)
        said = {**row.about, "since": row.since, "due": row.due, "owed_by": owed_by}
        made: list[Event] = []
        if row.is_due:
            made.append(msgspec.convert({**said, "concerns": owed_by}, kind.due))
        if row.is_late and kind.overdue:
            made.append(msgspec.convert({**said, "concerns": offices_of(row, offices)}, kind.overdue))
        return made
