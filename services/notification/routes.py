"""Who may read which messages."""

from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy import Row

from services.notification import store, withholding
from services.notification.addresses import AddressBook
from services.notification.domain import WORKER, event_from, is_blank, worker_of
from services.notification.readers import ANSWERS, ENDINGS, RELATIONS, Standing
from services.notification.wording import Language, Text, erased_text, text_of
from shared import access
from shared.database.unit_of_work import UnitOfWork
from shared.events import EVENTS, type_of
from shared.http.auth import AgencyOrOperator, Caller
from shared.http.paging import Limit
from shared.key_file import Operator
from shared.refusals import Refusal, not_yours

routes = APIRouter()

NOT_RELATED: Final = not_yours(
    "Your office does not act where a worker of this id lives. If the worker was registered just now, ask again in some "
    "seconds.",
)
ROUTE: Final = "GET /messages"
_RELATIONS: Final = [type_of(kind) for kind in RELATIONS]
_READ_ALWAYS: Final = {type_of(kind) for kind in (*ENDINGS, *ANSWERS)}


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

    An office that names in `to` an agency of which it is a delegate reads what that agency may.
    `after` is the id of a message: those that were kept after it are given. Where an agency's relation to a worker has
    ended, it reads of that worker only that it ended, and the answers to what it said itself.
    """
    if type is not None and type not in EVENTS:
        raise Refusal(f"There is no event type {type[:80]!r}.", kind="bad-parameter", status=422, pointer="/query/type")
    if isinstance(caller, Caller) and to is not None:
        caller = caller.on_behalf_of(to) or caller
    async with request.app.state.service.database.reading() as work:
        try:
            mailbox = await _mailbox(work, caller, worker)
        except Refusal as why:
            if why is NOT_RELATED and isinstance(caller, Caller):
                await _note(request, caller, worker, "refused")
            raise
        if mailbox and to not in (None, mailbox):
            raise _forbidden("Another receiver's messages are not yours to read: leave `to` out.")
        found = await store.messages_where(
            work,
            after=await _position_after(work, after),
            limit=limit + 1,
            receiver=mailbox or to,
            subjects=None if worker is None else await store.ids_of(work, worker),
            type=type,
        )
        page = found[:limit]
        book = await AddressBook.read(work, page)
        readable = (
            page if isinstance(caller, Operator) or mailbox is None else await _readable(work, caller, page, book)
        )
    if isinstance(caller, Caller) and mailbox is None:
        await _note(request, caller, worker, "read")
    items = [_item(row, book) for row in readable]
    return {"items": items, "next": page[-1].id if len(found) > limit else None}


async def _note(request: Request, caller: Caller, worker: UUID | None, outcome: access.Outcome) -> None:
    """Note that an office read, or asked for, all that was told about a worker."""
    async with request.app.state.service.database.work() as work:
        await access.note(work, caller, ROUTE, [worker], outcome=outcome)


async def _mailbox(work: UnitOfWork, caller: Caller | Operator, worker: UUID | None) -> str | None:
    """Give the mailbox that the caller may read, or None for any: an operator's, or an office's that asks about its worker."""
    if isinstance(caller, Operator):
        return None
    if caller.slug == WORKER:
        raise _forbidden("An agency of this name has no mailbox: messages to `worker` are the workers' own.")
    if caller.role != "office" or worker is None:
        return caller.slug
    contact = (await store.contacts_of(work, {worker})).get(worker)
    if contact is None or not caller.is_office_in(contact.region):
        raise NOT_RELATED
    return None


async def _readable(
    work: UnitOfWork, caller: Caller, rows: Sequence[Row[Any]], book: AddressBook
) -> Sequence[Row[Any]]:
    """Leave out what is about restricted workers or was withheld, and those to whom the agency's relation has ended."""
    restricted = await withholding.restricted_among(work, {row.subject for row in rows})
    rows = [
        row
        for row in rows
        if (row.state != "withheld" and row.subject not in restricted) or _is_office_of(caller, row, book)
    ]
    asked = {
        row.subject
        for row in rows
        if row.type not in _READ_ALWAYS
        and not is_blank(row.data)
        and worker_of(row.type, row.subject)
        and not _is_office_of(caller, row, book)
    }
    standing = {worker: Standing(caller.slug) for worker in asked}
    for row in await store.told_about(work, caller.slug, asked, _RELATIONS) if asked else ():
        standing[row.asked].hear([(event_from(row.type, row.subject, row.data), row.said_at)])
    now = datetime.now(UTC)
    ended = {worker for worker, each in standing.items() if not each.stands(now)}
    return [row for row in rows if row.type in _READ_ALWAYS or row.subject not in ended]


def _is_office_of(caller: Caller, row: Row[Any], book: AddressBook) -> bool:
    contact = book.contacts.get(row.subject)
    return contact is not None and caller.is_office_in(contact.region)


async def _position_after(work: UnitOfWork, after: UUID | None) -> int:
    """Give the position to read on from. Raises `Refusal` where there is no such message."""
    if after is None:
        return 0
    position = await store.position_of(work, after)
    if position is None:
        raise Refusal(f"There is no message {after}.", kind="bad-parameter", status=422, pointer="/query/after")
    return position


def _item(row: Row[Any], book: AddressBook) -> dict[str, Any]:
    return {
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
        "id_text": _text(row, book, "id")._asdict(),
        "en_text": _text(row, book, "en")._asdict(),
    }


def _text(row: Row[Any], book: AddressBook, language: Language) -> Text:
    if is_blank(row.data):
        return erased_text(language)
    return text_of(book.events[row.id], row.receiver, language, whole=book.reads_whole(row), agencies=book.names)


def _forbidden(why: str) -> Refusal:
    return Refusal(why, kind="forbidden", status=HTTPStatus.FORBIDDEN)
