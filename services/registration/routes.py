"""Registration's routes: post events, read which types can be posted, follow a worker's journey."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Request, Response

from services.registration.journey import story
from services.registration.posting import cloudevents, intake
from services.registration.posting.desk import Desk
from services.registration.posting.forms import FORMS, form_of
from services.registration.posting.receipts import Receipt, retry_after, status_of
from shared import access
from shared.database.unit_of_work import Database
from shared.http.access import Purpose
from shared.http.auth import AgencyOrOperator, Caller, CallingAgency, as_whom
from shared.key_file import Operator
from shared.refusals import Refusal
from shared.telemetry import tracing
from shared.telemetry.metrics import POSTED, REFUSED, count

JOURNEY = "GET /workers/{id}/journey"
LARGEST_BODY = 8 * 1024 * 1024

routes = APIRouter()


@routes.post("/events", status_code=HTTPStatus.ACCEPTED)
async def post_events(request: Request, caller: CallingAgency) -> Response:
    """Take CloudEvents (binary, structured or batch mode), and give a receipt for each."""
    desk: Desk = request.app.state.desk
    posted = cloudevents.read(request.headers.items(), await _body(request))
    with tracing.request("POST /events", request.headers) as trace:
        read = [intake.read_event(each, caller, desk.seals, desk.days, trace) for each in posted]
        decided = iter(await desk.post([each for each in read if not isinstance(each, Receipt)]))
    receipts = [each if isinstance(each, Receipt) else next(decided) for each in read]
    for each, receipt in zip(posted, receipts, strict=True):
        POSTED.labels(receipt.outcome).inc()
        if receipt.outcome == "refused":
            count(REFUSED, [each.type])
    body = msgspec.json.encode({"receipts": receipts})
    return Response(body, status_of(receipts), retry_after(receipts), "application/json")


@routes.get("/events/types")
async def list_types() -> dict[str, Any]:
    """Give every type of event that can be posted: who may say it, its JSON Schema, an example."""
    return {"items": [form.page for form in FORMS.values()]}


@routes.get("/events/types/{type}")
async def show_type(type: str) -> dict[str, Any]:
    """Give one type, by its CloudEvents type or its short name."""
    form = form_of(type)
    if form is None:
        raise Refusal("This type is not known here; GET /events/types lists all.", kind="unknown-type", status=404)
    return form.page


@routes.get("/workers/{id}/journey")
async def show_journey(
    id: UUID,
    request: Request,
    caller: AgencyOrOperator,
    purpose: Purpose | None = None,
    on_behalf_of: str | None = None,
) -> dict[str, Any]:
    """Give what happened to a worker, step by step, and what happens next; to an agency as far as its relation goes.

    An office that names an agency of which it is a delegate reads what that agency may.
    """
    if isinstance(caller, Caller):
        caller = as_whom(caller, on_behalf_of)
    database = request.app.state.service.database
    try:
        async with database.reading() as work:
            told = await story.journey_of(work, id, caller)
    except Refusal:
        await _note_reading(database, caller, id, "refused", purpose)
        raise
    await _note_reading(database, caller, id, "read", purpose)
    return told


async def _note_reading(
    database: Database, caller: Caller | Operator, worker: UUID, outcome: access.Outcome, purpose: str | None
) -> None:
    """Note an agency's reading of a journey; an operator's is noted already."""
    if isinstance(caller, Caller):
        async with database.work() as work:
            await access.note(work, caller, JOURNEY, [worker], outcome=outcome, purpose=purpose)


async def _body(request: Request) -> bytes:
    """Read the body. Raises `Refusal` if it is larger than allowed."""
    too_large = Refusal(f"A body holds at most {LARGEST_BODY:,} bytes; send several.", kind="too-large", status=413)
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > LARGEST_BODY:
        raise too_large
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > LARGEST_BODY:
            raise too_large
    return bytes(parts)
