"""What notification asks its database, and what it writes there."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Row

from services.notification import tally
from services.notification.domain import MAILBOX, Message, kept_data
from services.notification.settlements import Settlement, State
from services.notification.tables import ContactRow, MessageRow
from shared.database.unit_of_work import UnitOfWork
from shared.events import ApplicationAmended, Event, RegistrationReinstated, WorkerMoved, WorkerRegistered, type_of
from shared.merges import SAME

NOTHING: Final = "{}"
"""What is kept of the data of a message about a worker who was erased."""
SHOWN = "position, id, event, type, receiver, subject, data, said_at, channel, state, failure, settled_at"


async def keep_messages(work: UnitOfWork, messages: Sequence[Message], channel: str) -> list[Message]:
    """Keep the messages that are not kept yet; with that, those of the mailbox are delivered. Gives the new ones that go out.

    Writers have taken turns, so that `position` is the order of commits: a reader who reads on from a message misses none.
    What is about a worker who is restricted or was erased is withheld; of one who was erased no word is kept.
    """
    if not messages:
        return []
    once = {message.id: message for message in messages}
    found = await work.rows(
        "SELECT id, 'kept' AS is_what FROM message WHERE id = ANY(CAST(:ids AS uuid[])) "
        "UNION ALL SELECT worker, 'erased' FROM erased WHERE worker = ANY(CAST(:subjects AS uuid[])) "
        "UNION ALL SELECT worker, 'restricted' FROM restricted WHERE worker = ANY(CAST(:subjects AS uuid[]))",
        ids=list(once),
        subjects=list({message.event.key for message in messages}),
    )
    known, erased, restricted = (
        {row.id for row in found if row.is_what == what} for what in ("kept", "erased", "restricted")
    )
    kept, silent = [message for id, message in once.items() if id not in known], erased | restricted
    data = {id(event): _json(event) for event in {id(each.event): each.event for each in kept}.values()}
    rows = [
        _row(
            message,
            channel,
            state="withheld" if message.event.key in silent else "delivered" if channel == MAILBOX else "pending",
            data=NOTHING if message.event.key in erased else data[id(message.event)],
        )
        for message in kept
    ]
    await work.insert(MessageRow, rows)
    await tally.count(work, Counter((row["receiver"], row["state"]) for row in rows))
    return [message for message in kept if message.event.key not in silent]


def _row(message: Message, channel: str, *, state: State, data: str) -> dict[str, Any]:
    now, waits = datetime.now(UTC), state == "pending"
    return {
        "id": message.id,
        "event": message.event.envelope.id,
        "type": type_of(type(message.event)),
        "receiver": message.receiver,
        "subject": message.event.key,
        "data": data,
        "said_at": message.event.envelope.at,
        "channel": channel,
        "state": state,
        "kept_at": now,
        "next_at": now if waits else None,
        "settled_at": None if waits else now,
    }


def _json(event: Event) -> str:
    return msgspec.json.encode(kept_data(event)).decode()


async def keep_contacts(work: UnitOfWork, events: Collection[Event]) -> None:
    """Keep the latest sealed contact of each worker, and the region; what came with an older event changes nothing.

    Nothing is kept of a worker who was erased.
    """
    latest = {
        event.worker: event
        for event in events
        if isinstance(event, WorkerRegistered | ApplicationAmended | RegistrationReinstated)
        and event.contact is not None
    }
    if latest:
        await work.run(
            "INSERT INTO contact (worker, sealed, region, position) SELECT r.worker, r.sealed, r.region, r.position "
            "FROM unnest(CAST(:workers AS uuid[]), CAST(:sealed AS text[]), CAST(:regions AS text[]), "
            "CAST(:positions AS bigint[])) AS r(worker, sealed, region, position) "
            "WHERE NOT EXISTS (SELECT FROM erased AS e WHERE e.worker = r.worker) "
            "ON CONFLICT (worker) DO UPDATE SET sealed = excluded.sealed, region = excluded.region, "
            "position = excluded.position WHERE contact.position <= excluded.position",
            workers=list(latest),
            sealed=[event.contact for event in latest.values()],
            regions=[event.region for event in latest.values()],
            positions=[event.envelope.position for event in latest.values()],
        )
    moved = {event.worker: event.region for event in events if isinstance(event, WorkerMoved)}
    await work.update(
        ContactRow,
        [{"worker": worker, "region": region} for worker, region in moved.items()],
        ("worker", "region"),
        by=("worker",),
    )


async def messages_where(
    work: UnitOfWork,
    *,
    after: int = 0,
    limit: int,
    subjects: Sequence[UUID] | None = None,
    **matches: str | None,
) -> Sequence[Row[Any]]:
    """Give messages in the order they were kept; `matches` are columns with their values, None for any."""
    asked: dict[str, Any] = {column: value for column, value in matches.items() if value is not None}
    where = "".join(f" AND {column} = :{column}" for column in asked)
    if subjects is not None:
        # an index gives the order for one id, and not for several
        where += " AND subject = :subject" if len(subjects) == 1 else " AND subject = ANY(CAST(:subjects AS uuid[]))"
        asked |= {"subject": subjects[0]} if len(subjects) == 1 else {"subjects": list(subjects)}
    return await work.rows(
        f"SELECT {SHOWN} FROM message WHERE position > :after{where} ORDER BY position LIMIT :limit",
        after=after,
        limit=limit,
        **asked,
    )


async def ids_of(work: UnitOfWork, worker: UUID) -> list[UUID]:
    """Give every id that means the same worker as this one."""
    return [row.worker for row in await work.rows(f"SELECT worker FROM {SAME}", workers=[worker])]


async def position_of(work: UnitOfWork, id: UUID) -> int | None:
    """Give a message's position in the order of keeping, or None where there is no such message."""
    found = await work.rows("SELECT position FROM message WHERE id = :id", id=id)
    return found[0].position if found else None


async def told_about(
    work: UnitOfWork, agency: str, workers: Collection[UUID], types: Collection[str]
) -> Sequence[Row[Any]]:
    """Give what an agency was told about workers in messages of these types, in the order in which it was said.

    Each row names the worker who was asked for: what was told about another id that means the same worker is given, too.
    """
    return await work.rows(
        f"SELECT same.asked, m.type, m.subject, m.data, m.said_at FROM {SAME} JOIN message AS m ON m.subject = same.worker "
        "WHERE m.receiver = :agency AND m.type = ANY(CAST(:types AS text[])) ORDER BY same.asked, m.said_at, m.id",
        agency=agency,
        workers=list(workers),
        types=list(types),
    )


async def is_pending(work: UnitOfWork, message: UUID) -> bool:
    """Whether a message is still to go out."""
    return bool(await work.rows("SELECT 1 FROM message WHERE id = :id AND state = 'pending'", id=message))


async def claim_due(work: UnitOfWork, *, channel: str, limit: int, lease: float) -> list[Row[Any]]:
    """Claim messages that are due to go out by a channel, for `lease` seconds; other claims get other messages."""
    claimed = await work.rows(
        "UPDATE message SET next_at = now() + :lease * interval '1 second' WHERE id IN ("
        "SELECT id FROM message WHERE state = 'pending' AND next_at <= now() AND channel = :channel ORDER BY next_at LIMIT :limit "
        f"FOR UPDATE SKIP LOCKED) RETURNING {SHOWN}, attempts, kept_at",
        channel=channel,
        limit=limit,
        lease=lease,
    )
    return sorted(claimed, key=attrgetter("position"))


async def settle(work: UnitOfWork, settlements: Sequence[Settlement]) -> Sequence[Row[Any]]:
    """Write down what became of messages. Gives those that were pending until now and no longer are."""
    if not settlements:
        return []
    await work.take_turns()
    changed = await work.rows(
        "UPDATE message AS m SET state = f.state, failure = f.failure, attempts = m.attempts + f.tried, "
        "next_at = CASE WHEN f.state = 'pending' THEN now() + f.wait * interval '1 second' END, "
        "settled_at = CASE WHEN f.state <> 'pending' THEN now() END "
        "FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:failures AS text[]), "
        "CAST(:waits AS float[]), CAST(:tries AS int[])) AS f(id, state, failure, wait, tried) "
        "WHERE m.id = f.id AND m.state = 'pending' "
        "RETURNING m.position, m.id, m.event, m.receiver, m.subject, m.type, m.data, m.channel, m.state, m.failure",
        ids=[each.message for each in settlements],
        states=[each.state for each in settlements],
        failures=[each.failure for each in settlements],
        waits=[each.wait for each in settlements],
        tries=[int(each.tried) for each in settlements],
    )
    settled = sorted((row for row in changed if row.state != "pending"), key=attrgetter("position"))
    await tally.count(work, Counter((row.receiver, row.state) for row in settled))
    await tally.count_off(work, Counter((row.receiver, "pending") for row in settled))
    return settled


async def contacts_of(work: UnitOfWork, workers: Collection[UUID]) -> dict[UUID, Row[Any]]:
    """Give the sealed contact and the region of each of these workers that is known, by the id that was asked for.

    Of one who was merged they are those of the worker whom the id means: `worker` is about whom they were sealed.
    """
    found = await work.rows(
        "SELECT asked.id AS asked, c.worker, c.sealed, c.region FROM unnest(CAST(:workers AS uuid[])) AS asked(id) "
        "LEFT JOIN merged_worker AS m ON m.worker = asked.id JOIN contact AS c ON c.worker = coalesce(m.person, asked.id)",
        workers=sorted(workers),
    )
    return {row.asked: row for row in found}


async def region_of(work: UnitOfWork, worker: UUID) -> tuple[bool, str | None]:
    """Say whether a worker is known, and where the worker lives."""
    contact = (await contacts_of(work, {worker})).get(worker)
    return contact is not None, contact.region if contact else None


async def agencies_known(work: UnitOfWork, slugs: Collection[str]) -> dict[str, Row[Any]]:
    """Give what is known of agencies; no address for one that gave none or was revoked."""
    found = await work.rows(
        "SELECT slug, name, role, region, CASE WHEN NOT revoked THEN email END AS email FROM agency "
        "WHERE slug = ANY(CAST(:slugs AS text[]))",
        slugs=sorted(slugs),
    )
    return {row.slug: row for row in found}
