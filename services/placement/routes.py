"""The HTTP routes: an agency lists its vacancies and who was referred to them, an office what waits; operators list all."""

from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request

from services.placement import listings
from shared.http.auth import AgencyOrOperator, Caller, whose
from shared.http.paging import BEFORE_ALL, Limit
from shared.key_file import Operator

router = APIRouter()


@router.get("/vacancies")
async def vacancies(
    request: Request,
    caller: AgencyOrOperator,
    *,
    agency: str | None = None,
    state: Literal["open", "filled", "closed"] | None = None,
    waiting: bool = False,
    after: UUID = BEFORE_ALL,
    limit: Limit = 100,
) -> dict[str, Any]:
    """List the caller's vacancies, with what is taken of each; `next` is the cursor of the page after this one.

    `waiting` lists those with openings that wait for approval: for an office, every employer's where it acts.
    """
    async with request.app.state.service.database.reading() as work:
        if waiting and isinstance(caller, Caller) and caller.role == "office" and agency is None:
            return await listings.vacancies_to_approve(work, caller.region, state, after, limit)
        return await listings.vacancies(work, whose(caller, agency), state, after, limit, waiting=waiting)


@router.get("/referrals")
async def referrals(
    request: Request,
    caller: AgencyOrOperator,
    agency: str | None = None,
    state: Literal["open", "hired", "lapsed", "ended"] | None = None,
    after: UUID = BEFORE_ALL,
    limit: Limit = 100,
) -> dict[str, Any]:
    """List who was referred to the caller's vacancies, oldest first; `next` is the cursor of the page after this one."""
    async with request.app.state.service.database.reading() as work:
        return await listings.referrals(
            work, whose(caller, agency), state, after, limit, restricted=isinstance(caller, Operator)
        )
