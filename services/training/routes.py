"""Training's HTTP routes: providers see their own courses and participants, offices and operators the waiting list."""

from typing import Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Request

from services.training import listings, store
from shared import access
from shared.database.unit_of_work import Database
from shared.http.auth import AgencyOrOperator, Caller, whose
from shared.http.paging import BEFORE_ALL, Limit, page
from shared.key_file import Operator
from shared.refusals import Refusal

routes = APIRouter()

WAITING: Final = "GET /waiting-list"
State = Literal["in-training", "graduated", "not-completed", "cancelled"]


@routes.get("/courses")
async def list_courses(
    request: Request,
    caller: AgencyOrOperator,
    provider: str | None = None,
    after: UUID = BEFORE_ALL,
    limit: Limit = 100,
) -> dict[str, Any]:
    """Give the caller's own courses, or those of a provider for which it acts; operators see everybody's."""
    async with request.app.state.service.database.reading() as work:
        found = await listings.courses(work, provider=whose(caller, provider), after=after, limit=limit)
    return page(found, limit, "id")


@routes.get("/participants")
async def list_participants(
    request: Request,
    caller: AgencyOrOperator,
    course: str | None = None,
    state: State | None = None,
    provider: str | None = None,
    after: UUID = BEFORE_ALL,
    limit: Limit = 100,
) -> dict[str, Any]:
    """Give those who sit or sat in a provider's courses (`course` is an id or the provider's code): the caller's own, or one's for which it acts."""
    async with request.app.state.service.database.reading() as work:
        found = await listings.participants(
            work,
            provider=whose(caller, provider),
            course=course,
            state=state,
            restricted=isinstance(caller, Operator),
            after=after,
            limit=limit,
        )
    return page(found, limit, "enrolment")


@routes.get("/waiting-list")
async def list_waiting(
    request: Request,
    caller: AgencyOrOperator,
    worker: UUID | None = None,
    vocation: str | None = None,
    region: str | None = None,
    after: UUID = BEFORE_ALL,
    limit: Limit = 100,
) -> dict[str, Any]:
    """Give those who wait, in the order in which seats are given, each with the place on the list that is asked for.

    An office sees those who live where it acts; their places count all who wait. Where it asks for one worker, that is recorded.
    """
    if isinstance(caller, Caller) and caller.role != "office":
        raise Refusal("The waiting list is for labour offices and operators.", kind="forbidden", status=403)
    database = request.app.state.service.database
    if worker is not None and isinstance(caller, Caller):
        await _note_asking(database, caller, worker)
    async with database.reading() as work:
        found = await listings.waiting_list(
            work,
            worker=worker,
            area=caller.region if isinstance(caller, Caller) else None,
            vocation=vocation.lower() if vocation else None,
            region=region,
            after=after,
            limit=limit,
        )
    return page(found, limit, "worker")


async def _note_asking(database: Database, caller: Caller, worker: UUID) -> None:
    """Note that an office looked for a worker on the list; it finds nobody who lives elsewhere."""
    async with database.work() as work:
        is_known, region = await store.region_of(work, worker)
        is_read = is_known and caller.is_office_in(region)
        await access.note(
            work, caller, WAITING, [worker if is_known else None], outcome="read" if is_read else "refused"
        )
