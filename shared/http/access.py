"""The route that says who read of a worker; every service answers for its own record. Reading it is recorded too."""

import logging
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request

from shared import access
from shared.database.unit_of_work import Database, UnitOfWork
from shared.faults import will_pass
from shared.http.auth import AgencyOrOperator, Caller
from shared.http.paging import Limit, page
from shared.key_file import Operator
from shared.refusals import not_yours

log = logging.getLogger(__name__)

ROUTE: Final = "GET /workers/{id}/access"
OF_FIGURES: Final = frozenset(
    (
        "GET /standing",
        "GET /audit",
        "GET /bookmarks/{topic}",
        "GET /dead-letters",
        "GET /agencies",
        "GET /stuck",
        "GET /figures",
    )
)
"""What operators' programs read again and again, and tells of no worker but by figures and ids: noted once in a while."""
ONCE_IN: Final = 60.0
NOT_RELATED: Final = not_yours(
    "Who read of a worker is for operators and for the office where the worker lives.",
)

Purpose = Annotated[str, Query(min_length=3, max_length=access.LONGEST_PURPOSE)]
"""What a caller says that it needs an answer for."""

Known = Callable[[UnitOfWork, UUID], Awaitable[tuple[bool, str | None]]]
"""Says whether a worker is known to a service, and the worker's region."""


class OperatorNotes:
    """Notes what operators do: each request, but reads of figures once a minute for each operator and route."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: dict[tuple[str, str], float] = {}

    async def note(self, operator: Operator, request: Request) -> None:
        """Note a request before it is answered. A read of figures is answered although the database is away."""
        route = f"{request.method} {getattr(request.scope.get('route'), 'path', request.url.path)}"
        worker = _worker_in(request)
        if route not in OF_FIGURES:
            await self._write(operator, route, worker, request)
            return
        if self._noted.get((operator.name, route), 0.0) > monotonic():
            return
        self._noted[operator.name, route] = monotonic() + ONCE_IN
        try:
            await self._write(operator, route, worker, request)
        except Exception as fault:
            self._noted.pop((operator.name, route), None)
            if not will_pass(fault):
                raise
            log.warning("an operator's read could not be noted", extra={"route": route})

    async def _write(self, operator: Operator, route: str, worker: UUID | None, request: Request) -> None:
        purpose = request.query_params.get("purpose")
        async with self._database.work() as work:
            await access.note(
                work, operator, route, [worker], outcome="asked", purpose=purpose and purpose[: access.LONGEST_PURPOSE]
            )


def access_route(known: Known) -> APIRouter:
    """Make the route for a service that knows workers and their regions."""
    routes = APIRouter()

    @routes.get("/workers/{id}/access")
    async def list_access(
        id: UUID,
        request: Request,
        caller: AgencyOrOperator,
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        """Say who read of a worker here, was refused, or asked as an operator: in the order in which they did."""
        async with request.app.state.service.database.work() as work:
            if isinstance(caller, Caller):
                is_known, region = await known(work, id)
                allowed = is_known and caller.is_office_in(region)
                await access.note(
                    work, caller, ROUTE, [id if is_known else None], outcome="read" if allowed else "refused"
                )
            found = await access.about(work, id, after, limit)
        if isinstance(caller, Caller) and not allowed:
            raise NOT_RELATED
        return page(found, limit, "position")

    return routes


def _worker_in(request: Request) -> UUID | None:
    """Give the worker whom a request is about, where its path or its query names one."""
    named = "id" if request.url.path.startswith("/workers/") else "worker"
    in_path = request.path_params.get(named)
    try:
        return UUID(str(in_path or request.query_params["worker"]))
    except (KeyError, ValueError):
        return None
