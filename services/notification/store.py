"""What notification asks its database, and how it writes down what was told."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row

from services.notification.domain import WORKER, Channel, Message, kept_data
from services.notification.tables import Contact
from services.notification.tables import Message as MessageRow
from shared.books import BrokenRule
from shared.events import ApplicationAmended, Event, WorkerRegistered, type_of
from shared.work import Work

SHOWN = "position, id, event, type, receiver, subject, data, said_at, channel, state, failure, settled_at"


async def keep_messages(work: Work, messages: Sequence[Message], channel: Channel) -> list[Message]:
    """Keep the messages that are not kept yet; those of the mailbox are delivered with that. Answers which were new.

    Writers take turns, so that `position` is the order of commits: who reads on from a message misses none.
    """
    if not messages:
        return []
    await work.take_turns()
    new = await work.insert_new(MessageRow, _rows(messages, channel))
    kept = [message for message in messages if message.id in new]
    await count(work, Counter((message.receiver, _state_in(channel)) for message in kept))
    return kept


def _state_in(channel: Channel) -> str:
    return "delivered" if channel == "mailbox" else "pending"


def _rows(messages: Sequence[Message], channel: Channel) -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    waits = channel != "mailbox"
    data = {id(event): _json(event) for event in {id(m.event): m.event for m in messages}.values()}
    return [
        {
            "id": message.id,
            "event": message.event.said.id,
            "type": type_of(type(message.event)),
            "receiver": message.receiver,
            "subject": message.event.key,
            "data": data[id(message.event)],
            "said_at": message.event.said.at,
            "channel": channel,
            "state": _state_in(channel),
            "kept_at": now,
            "next_at": now if waits else None,
            "settled_at": None if waits else now,
        }
        for message in messages
    ]


def _json(event: Event) -> str:
    return msgspec.json.encode(kept_data(event)).decode()


async def count(work: Work, change: Mapping[tuple[str, str], int]) -> None:
    """Change the tally: so many messages more (or less) for a receiver in a state."""
    moved = sorted((receiver, state, n) for (receiver, state), n in change.items() if n)
    if not moved:
        return
    await work.run(
        "INSERT INTO tally AS t (receiver, state, n) SELECT * FROM unnest("
        "CAST(:receivers AS text[]), CAST(:states AS text[]), CAST(:ns AS bigint[])) "
        "ON CONFLICT (receiver, state) DO UPDATE SET n = t.n + excluded.n",
        receivers=[receiver for receiver, _, _ in moved],
        states=[state for _, state, _ in moved],
        ns=[n for _, _, n in moved],
    )


async def keep_contacts(work: Work, events: Iterable[Event]) -> None:
    """Keep the latest sealed contact of each worker; one that came with an older event changes nothing."""
    latest = {
        event.worker: {"worker": event.worker, "sealed": event.contact, "position": event.said.position}
        for event in events
        if isinstance(event, WorkerRegistered | ApplicationAmended) and event.contact is not None
    }
    await work.insert(
        Contact,
        list(latest.values()),
        "ON CONFLICT (worker) DO UPDATE SET sealed = excluded.sealed, position = excluded.position "
        "WHERE contact.position <= excluded.position",
    )


async def messages_where(work: Work, *, after: int = 0, limit: int, **matches: str | UUID | None) -> Sequence[Row[Any]]:
    """Give messages in the order they were kept; `matches` are columns with their values, None for any."""
    asked = {column: value for column, value in matches.items() if value is not None}
    where = "".join(f" AND {column} = :{column}" for column in asked)
    return await work.rows(
        f"SELECT {SHOWN} FROM message WHERE position > :after{where} ORDER BY position LIMIT :limit",
        after=after,
        limit=limit,
        **asked,
    )


async def position_of(work: Work, id: UUID) -> int | None:
    """Find a message's place in the order of keeping."""
    found = await work.rows("SELECT position FROM message WHERE id = :id", id=id)
    return found[0].position if found else None


async def was_told_about(work: Work, agency: str, worker: UUID) -> bool:
    """Whether an agency has a message about this worker."""
    return bool(
        await work.rows(
            "SELECT 1 FROM message WHERE subject = :worker AND receiver = :agency LIMIT 1", worker=worker, agency=agency
        )
    )


async def names_of(work: Work, slugs: Collection[str]) -> dict[str, str]:
    """Give the full names of agencies that are known."""
    found = await work.rows(
        "SELECT slug, name FROM agency WHERE slug = ANY(CAST(:slugs AS text[]))", slugs=sorted(slugs)
    )
    return {row.slug: row.name for row in found}


async def figures(work: Work) -> dict[str, int]:
    """Count messages by receiver and by state, from the tally."""
    counted = await work.rows("SELECT receiver, state, n FROM tally")
    figures = dict.fromkeys(("messages", "messages.worker", "messages.agency", "delivered", "failed", "pending"), 0)
    for row in counted:
        figures["messages"] += row.n
        figures[row.state] += row.n
        if row.receiver == WORKER:
            figures["messages.worker"] += row.n
        else:
            figures["messages.agency"] += row.n
            mailbox = f"messages.agency.{row.receiver}"
            figures[mailbox] = figures.get(mailbox, 0) + row.n
    return figures


async def broken_rules(work: Work) -> list[BrokenRule]:
    """Check that the tally is right: every message counted once, under its receiver and its state."""
    wrong = await work.rows(
        "SELECT receiver, state FROM (SELECT receiver, state, count(*) AS n FROM message GROUP BY receiver, state) AS m "
        "FULL JOIN (SELECT * FROM tally WHERE n > 0) AS t USING (receiver, state) "
        "WHERE m.n IS DISTINCT FROM t.n ORDER BY receiver, state"
    )
    ids = [f"{row.receiver}: {row.state}" for row in wrong]
    return [BrokenRule("every message is counted once, under its receiver and its state", ids)] if ids else []
