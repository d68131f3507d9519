"""The routes that explain: how a worker's application stands, and who got a course's seats and why."""

from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request

from services.training import selections, standings, telling
from services.training.domain.entities import Application, Course
from shared import access
from shared.database.unit_of_work import Database, UnitOfWork
from shared.http.access import Purpose
from shared.http.auth import AgencyOrOperator, Caller, as_whom, whose
from shared.key_file import Operator
from shared.refusals import Refusal, not_yours

routes = APIRouter()

APPLICATION: Final = "GET /applications/{worker}"
NOT_RELATED: Final = not_yours(
    "How an application stands is for operators, the office where the worker lives, and the provider of the seat."
)
NOT_YOUR_COURSE: Final = not_yours("A selection is for operators and the provider of the course.")


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


@routes.get("/courses/{course:path}/selection")
async def show_selection(
    course: str, request: Request, caller: AgencyOrOperator, provider: str | None = None
) -> dict[str, Any]:
    """Replay who got the seats of a course: `course` is its id or the provider's code, of which the latest run is meant. A provider reads its own courses'."""
    async with request.app.state.service.database.reading() as work:
        found = await selections.courses_called(work, course, whose(caller, provider))
        held = await selections.held_about(work, _the_one(found, caller))
    selection = await telling.replayed(held)
    async with request.app.state.service.database.reading() as work:
        others = await selections.others_nearer(work, held, selection)
    return telling.told(held, selection, others, to_operator=isinstance(caller, Operator))


def _the_one(found: list[Course], caller: Caller | Operator) -> Course:
    """Give the course that was asked for. Raises `Refusal` where it is none or several; an agency learns no more than that."""
    if len(found) == 1:
        return found[0]
    if isinstance(caller, Caller):
        raise NOT_YOUR_COURSE
    if found:
        raise Refusal("Several providers call a course so: name one in `provider`.", kind="ambiguous", status=409)
    raise Refusal("No course is known by this id or code.", kind="unknown-course", status=404)
