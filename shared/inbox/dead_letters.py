"""Dead letters: records that could not be taken in, each kept whole with the reason."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from shared.database.tables import DeadLetterRow
from shared.database.unit_of_work import UnitOfWork
from shared.inbox.handlers import Handlers
from shared.kafka import records
from shared.kafka.records import Entry
from shared.refusals import Refusal

LONGEST_REASON = 500
"""Characters of a reason that are kept."""


async def bury(work: UnitOfWork, entries: Sequence[Entry]) -> list[Entry]:
    """Keep entries as dead letters, each record once however often it is delivered. Gives those that are new."""
    ids = [uuid7() for _ in entries]
    rows = [
        {
            "id": id,
            "topic": entry.record.topic,
            "partition": entry.record.partition,
            "record_offset": entry.record.offset,
            "position": entry.position,
            "type": entry.type,
            "key": entry.record.key,
            "headers": [[name, None if value is None else value.hex()] for name, value in entry.record.headers or ()],
            "value": entry.record.value,
            "digest": _digest(entry),
            "reason": (entry.reason or "no reason was given")[:LONGEST_REASON],
            "state": "waiting",
            "buried_at": datetime.now(UTC),
        }
        for id, entry in zip(ids, entries, strict=True)
    ]
    new = await work.insert_new(DeadLetterRow, rows)
    return [entry for id, entry in zip(ids, entries, strict=True) if id in new]


def _digest(entry: Entry) -> bytes:
    """Tell one record from another: by its position in the journal, or else by its offset and the broker's time."""
    record = entry.record
    where = entry.position if entry.position is not None else (record.offset, record.timestamp)
    return hashlib.sha256(repr((where, record.key, record.value, list(record.headers or ()))).encode()).digest()


async def listing(work: UnitOfWork, state: str = "waiting", limit: int = 100) -> list[dict[str, Any]]:
    """Give the oldest dead letters in a state, without their contents."""
    found = await work.rows(
        "SELECT id, topic, partition, record_offset, position, type, reason, state, buried_at, settled_at "
        "FROM dead_letter WHERE state = :state ORDER BY id LIMIT :limit",
        state=state,
        limit=limit,
    )
    return [dict(row._mapping) for row in found]  # noqa: SLF001  SQLAlchemy's public name for it


async def show(work: UnitOfWork, id: UUID) -> dict[str, Any]:
    """Give one dead letter whole; text where it is text, hexadecimal where it is not. Raises `Refusal` (404)."""
    letter = await _find(work, id)
    return {
        **{name: getattr(letter, name) for name in ("id", "topic", "partition", "record_offset", "position", "type")},
        **{name: getattr(letter, name) for name in ("reason", "state", "buried_at", "settled_at")},
        "key": _readable(letter.key),
        "headers": {name: _readable(None if value is None else bytes.fromhex(value)) for name, value in letter.headers},
        "value": _readable(letter.value),
    }


async def replay(work: UnitOfWork, id: UUID, handlers: Handlers) -> None:
    """Handle a dead letter's event after all, once: in the transaction that marks it as replayed.

    Raises `Refusal` where it is settled already or still cannot be read; what the handler raises goes through.
    """
    letter = await _settle(work, id, "replayed")
    record = SimpleNamespace(
        topic=letter.topic,
        partition=letter.partition,
        offset=letter.record_offset,
        timestamp=0,
        key=letter.key,
        value=letter.value,
        headers=[(name, None if value is None else bytes.fromhex(value)) for name, value in letter.headers],
    )
    entry = records.read(record, handlers.types)
    if entry.event is None:
        why = entry.reason or f"this service does not handle {entry.type}"
        raise Refusal(f"It still cannot be taken in: {why}. Discard it, or mend what sends it.", status=409)
    await handlers.handle([entry.event], work)


async def discard(work: UnitOfWork, id: UUID) -> None:
    """Give a dead letter up; it stays readable. Raises `Refusal` where it is settled already."""
    await _settle(work, id, "discarded")


async def empty(work: UnitOfWork, keys: Collection[UUID]) -> None:
    """Discard the dead letters about these, and what was in them: an erased worker's contact may be."""
    await work.run(
        "UPDATE dead_letter SET value = NULL, settled_at = coalesce(settled_at, now()), "
        "state = CASE state WHEN 'waiting' THEN 'discarded' ELSE state END WHERE key = ANY(CAST(:keys AS bytea[]))",
        keys=[str(key).encode() for key in keys],
    )


async def waiting(work: UnitOfWork) -> int:
    """Count the dead letters that wait for an operator."""
    return int((await work.rows("SELECT count(*) FROM dead_letter WHERE state = 'waiting'"))[0][0])


async def _find(work: UnitOfWork, id: UUID, lock: str = "") -> Any:  # noqa: ANN401  a row
    found = await work.rows(f"SELECT * FROM dead_letter WHERE id = CAST(:id AS uuid) {lock}", id=id)
    if not found:
        raise Refusal(f"There is no dead letter {id}.", kind="not-found", status=404)
    return found[0]


async def _settle(work: UnitOfWork, id: UUID, state: str) -> Any:  # noqa: ANN401  a row
    letter = await _find(work, id, "FOR UPDATE")
    if letter.state != "waiting":
        raise Refusal(f"Dead letter {id} was {letter.state} already.", kind="settled", status=409)
    await work.run(
        "UPDATE dead_letter SET state = :state, settled_at = now() WHERE id = CAST(:id AS uuid)", id=id, state=state
    )
    return letter


def _readable(value: bytes | None) -> str | None:
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return "0x" + value.hex()
