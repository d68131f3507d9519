"""The route that explains how a worker's application stands."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request

from services.training import standings
from services.training.domain.entities import Application
from shared import access
from shared.database.unit_of_work import Database, UnitOfWork
from shared.http.auth import AgencyOrOperator, Caller, as_whom
from shared.key_file import Operator
from shared.refusals import Refusal, not_yours

routes = APIRouter()

Purpose = Annotated[str, Query(min_length=3, max_length=access.LONGEST_PURPOSE)]
APPLICATION: Final = "GET /applications/{worker}"
NOT_RELATED: Final = not_yours(
    "How an application stands is for operators, the office where the worker lives, and the provider of the seat."
)


@routes.get("/applications/{worker}")
async def show_application(
    worker: UUID,
    request: Request,
    caller: AgencyOrOperator,
    purpose: Purpose | None = None,
    on_behalf_of: str | None = None,
) -> dict[str, Any]:
    """Tell how a worker's present application stands; to the provider of the seat, only the seat."""
    if isinstance(caller, Caller):
        caller = as_whom(caller, on_behalf_of)
    database = request.app.state.service.database
    async with database.reading() as work:
        application = await standings.present_application(work, worker)
        answer = await _tell(work, application, caller) if application else None
    await _note(database, caller, worker if application else None, purpose, is_read=answer is not None)
    if answer is not None:
        return answer
    if isinstance(caller, Operator):
        raise Refusal("No application of this worker is known here.", kind="unknown-worker", status=404)
    raise NOT_RELATED


async def _tell(work: UnitOfWork, application: Application, caller: Caller | Operator) -> dict[str, Any] | None:
    """Tell the caller what it may read of an application, or None where that is nothing."""
    seat = await standings.seat_of(work, application)
    if isinstance(caller, Operator) or caller.is_office_in(application.region):
        return await standings.told(work, application, seat)
    if seat is None or seat["provider"] != caller.slug or application.restricted:
        return None
    return {"worker": application.worker, "spell": application.spell, "state": application.state, "seat": seat}


async def _note(
    database: Database, caller: Caller | Operator, worker: UUID | None, purpose: str | None, *, is_read: bool
) -> None:
    """Note an agency's reading; an operator's is noted already."""
    if isinstance(caller, Caller):
        async with database.work() as work:
            await access.note(
                work, caller, APPLICATION, [worker], outcome="read" if is_read else "refused", purpose=purpose
            )
