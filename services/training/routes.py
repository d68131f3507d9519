"""Training's HTTP routes: providers see their own courses and participants, offices and operators the waiting list."""

from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request

from services.training import listings
from shared.http.auth import AgencyOrOperator, Caller, whose
from shared.http.paging import BEFORE_ALL, Limit, page
from shared.key_file import Operator
from shared.refusals import Refusal

routes = APIRouter()

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
    """Give those who sit or sat in a provider's courses (`course` is the provider's code): the caller's own, or one's for which it acts."""
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
    vocation: str | None = None,
    region: str | None = None,
    after: UUID = BEFORE_ALL,
    limit: Limit = 100,
) -> dict[str, Any]:
    """Give those who wait, in the order in which seats are given, each with the place on the list that is asked for.

    An office sees those who live where it acts; their places count all who wait.
    """
    if isinstance(caller, Caller) and caller.role != "office":
        raise Refusal("The waiting list is for labour offices and operators.", kind="forbidden", status=403)
    async with request.app.state.service.database.reading() as work:
        found = await listings.waiting_list(
            work,
            area=caller.region if isinstance(caller, Caller) else None,
            vocation=vocation.lower() if vocation else None,
            region=region,
            after=after,
            limit=limit,
        )
    return page(found, limit, "worker")
