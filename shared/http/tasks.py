"""The route that lists tasks: what an agency owes by which day; every service answers for its own."""

from datetime import date
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter, Request
from sqlalchemy import Row

from shared import clock
from shared.database.unit_of_work import UnitOfWork
from shared.http.auth import AgencyOrOperator, Caller, whose
from shared.http.paging import Limit, page
from shared.key_file import Operator
from shared.offices import Offices
from shared.refusals import Refusal
from shared.regions import in_area
from shared.tasks import Kind, Tasks, debtors, owed_sql

_OF_OFFICE: Final = f"(:is_office AND (anywhere OR {in_area('region')}))"
"""Whether a task is where an office acts."""
_VISIBLE: Final = (
    f"(:sees_all OR (owed_by = :slug AND (:sees_restricted OR NOT restricted OR {_OF_OFFICE})) "
    f"OR ({_OF_OFFICE} AND (owed_by IS NULL OR (due < :today AND :sees_others))))"
)
"""What an agency owes; to an office, also what others owe about its workers, and courses where it acts, once that is late."""


def tasks_route(tasks: Tasks) -> APIRouter:
    """Make the route for a service with these tasks."""
    routes = APIRouter()
    statement = (
        f"WITH owed AS ({owed_sql(list(tasks.kinds.values()))}), named AS (SELECT *, due < :today AS overdue, "
        "to_char(due, 'YYYY-MM-DD') || '/' || kind || '/' || subject AS task FROM owed) "
        f"SELECT * FROM named WHERE since <= :today AND {_VISIBLE} AND (CAST(:kind AS text) IS NULL OR kind = :kind) "
        "AND (CAST(:due_before AS date) IS NULL OR due < CAST(:due_before AS date)) "
        'AND task COLLATE "C" > :after ORDER BY task COLLATE "C" LIMIT :limit'
    )

    @routes.get("/tasks")
    async def list_tasks(
        request: Request,
        caller: AgencyOrOperator,
        kind: str | None = None,
        due_before: date | None = None,
        agency: str | None = None,
        after: str = "",
        limit: Limit = 100,
    ) -> dict[str, Any]:
        """Give what the caller owes, or an agency for which it acts, what is due first; operators see everybody's.

        An office sees also what others owe about the workers who live where it acts, once that is late.
        """
        if kind is not None and kind not in tasks.kinds:
            raise Refusal(
                f"There is no such kind of task here; there are: {', '.join(sorted(tasks.kinds))}.",
                kind="bad-parameter",
                status=HTTPStatus.UNPROCESSABLE_ENTITY,
                pointer="/query/kind",
            )
        async with request.app.state.service.database.reading() as work:
            found = await work.rows(
                statement,
                **await _sight(work, caller, whose(caller, agency)),
                today=clock.today(),
                kind=kind,
                due_before=due_before,
                after=after,
                limit=limit,
            )
            offices = await Offices.read(work)
        return page([_item(row, tasks.kinds[row.kind], offices) for row in found], limit, "task")

    return routes


async def _sight(work: UnitOfWork, caller: Caller | Operator, slug: str | None) -> dict[str, Any]:
    """Say whose tasks are read: everybody's where no agency is named, which is an operator's right alone."""
    is_own = isinstance(caller, Caller) and slug == caller.slug
    found = await work.rows("SELECT role, region FROM agency WHERE slug = :slug AND NOT revoked", slug=slug)
    return {
        "slug": slug or "",
        "is_office": bool(found) and found[0].role == "office",
        "area": found[0].region if found else None,
        "sees_all": slug is None,
        "sees_restricted": not isinstance(caller, Caller),
        "sees_others": is_own,
    }


def _item(row: Row[Any], kind: Kind, offices: Offices) -> dict[str, Any]:
    return {
        "task": row.task,
        "kind": row.kind,
        "owed_by": debtors(row, offices),
        "since": row.since,
        "due": row.due,
        "overdue": row.overdue,
        "about": row.about,
        "settled_by": [fact.__name__ for fact in kind.settled_by],
    }
