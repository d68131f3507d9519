"""Who may read which messages."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy import Row

from services.notification import store
from services.notification.domain import WORKER, event_from, worker_of
from services.notification.wording import agencies_in, text_of
from shared.database.unit_of_work import UnitOfWork
from shared.events import EVENTS
from shared.http.auth import AgencyOrOperator, Caller
from shared.http.paging import Limit
from shared.refusals import Refusal

routes = APIRouter()


@routes.get("/messages")
async def messages(
    request: Request,
    caller: AgencyOrOperator,
    worker: UUID | None = None,
    to: str | None = None,
    type: str | None = None,
    after: UUID | None = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    """Give messages in the order they were kept: an agency's own mailbox, an office's workers', an operator's any.

    `after` is the id of a message; what was kept after it comes next.
    """
    if type is not None and type not in EVENTS:
        raise Refusal(f"There is no event type {type[:80]!r}.", kind="bad-parameter", status=422, pointer="/query/type")
    async with request.app.state.service.database.reading() as work:
        mailbox = await _mailbox(work, caller, worker)
        if mailbox and to not in (None, mailbox):
            raise _not_yours("Another receiver's messages are not yours to read: leave `to` out.")
        found = await store.messages_where(
            work,
            after=await _place(work, after),
            limit=limit + 1,
            receiver=mailbox or to,
            subject=worker,
            type=type,
        )
        shown = await _shown(work, found[:limit])
    return {"items": shown, "next": shown[-1]["id"] if len(found) > limit else None}


async def _mailbox(work: UnitOfWork, caller: Caller | None, worker: UUID | None) -> str | None:
    """Tell whose mailbox the caller must keep to; nobody's, for operators and for an office that asks about its worker."""
    if caller is None:
        return None
    if caller.slug == WORKER:
        raise _not_yours("An agency of this name has no mailbox: messages to `worker` are the workers' own.")
    if caller.role != "office" or worker is None:
        return caller.slug
    if not await store.was_told_about(work, caller.slug, worker):
        raise _not_yours(
            "Your office has no message about this worker, so the worker's messages are not yours to read."
        )
    return None


async def _place(work: UnitOfWork, after: UUID | None) -> int:
    if after is None:
        return 0
    position = await store.position_of(work, after)
    if position is None:
        raise Refusal(f"There is no message {after}.", kind="bad-parameter", status=422, pointer="/query/after")
    return position


async def _shown(work: UnitOfWork, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    events = [event_from(row.type, row.subject, row.data) for row in rows]
    slugs = {row.receiver for row in rows}.union(*map(agencies_in, events))
    names = {slug: agency.name for slug, agency in (await store.agencies_known(work, slugs)).items()}
    return [
        {
            "id": row.id,
            "to": row.receiver,
            "worker": worker_of(row.type, row.subject),
            "subject": row.subject,
            "event": row.event,
            "type": row.type,
            "at": row.said_at,
            "channel": row.channel,
            "state": row.state,
            "failure": row.failure,
            "settled_at": row.settled_at,
            "id_text": text_of(event, row.receiver, "id", agencies=names)._asdict(),
            "en_text": text_of(event, row.receiver, "en", agencies=names)._asdict(),
        }
        for row, event in zip(rows, events, strict=True)
    ]


def _not_yours(why: str) -> Refusal:
    return Refusal(why, kind="forbidden", status=403)
