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

    `after` is the id of a message: those that were kept after it are given.
    """
    if type is not None and type not in EVENTS:
        raise Refusal(f"There is no event type {type[:80]!r}.", kind="bad-parameter", status=422, pointer="/query/type")
    async with request.app.state.service.database.reading() as work:
        mailbox = await _mailbox(work, caller, worker)
        if mailbox and to not in (None, mailbox):
            raise _forbidden("Another receiver's messages are not yours to read: leave `to` out.")
        found = await store.messages_where(
            work,
            after=await _position_after(work, after),
            limit=limit + 1,
            receiver=mailbox or to,
            subject=worker,
            type=type,
        )
        items = await _items(work, found[:limit])
    return {"items": items, "next": items[-1]["id"] if len(found) > limit else None}


async def _mailbox(work: UnitOfWork, caller: Caller | None, worker: UUID | None) -> str | None:
    """Give the mailbox that the caller may read, or None for any: an operator's, or an office's that asks about its worker."""
    if caller is None:
        return None
    if caller.slug == WORKER:
        raise _forbidden("An agency of this name has no mailbox: messages to `worker` are the workers' own.")
    if caller.role != "office" or worker is None:
        return caller.slug
    if not await store.was_told_about(work, caller.slug, worker):
        raise _forbidden(
            "Your office has no message about this worker, so the worker's messages are not yours to read."
        )
    return None


async def _position_after(work: UnitOfWork, after: UUID | None) -> int:
    """Give the position to read on from. Raises `Refusal` where there is no such message."""
    if after is None:
        return 0
    position = await store.position_of(work, after)
    if position is None:
        raise Refusal(f"There is no message {after}.", kind="bad-parameter", status=422, pointer="/query/after")
    return position


async def _items(work: UnitOfWork, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
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


def _forbidden(why: str) -> Refusal:
    return Refusal(why, kind="forbidden", status=403)
