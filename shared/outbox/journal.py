"""The journal: a transactional outbox that is never emptied, in the order of commits."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils import uuid7

from shared.database import bulk
from shared.database.locks import JOURNAL_LOCK
from shared.database.tables import JournalRow
from shared.events import NO_ENVELOPE, Event, type_of

_TAKE_TURNS = text(f"SELECT pg_advisory_xact_lock({JOURNAL_LOCK})")
NO_TRACES: Final[Mapping[UUID, str]] = MappingProxyType({})
_encode = msgspec.json.Encoder().encode


class _Row(NamedTuple):
    """A row of the journal, by its columns."""

    id: Any  # uuid_utils' own: PostgreSQL takes it as it is, and making a `uuid.UUID` of it costs as much as the event
    type: str
    key: UUID
    time: datetime
    data: str
    trace: str | None


def _row(event: Event, time: datetime, traces: Mapping[UUID, str]) -> _Row:
    """Write an event as a row, under a new id unless its speaker chose one (`events.chosen_id`)."""
    chosen = None if event.envelope is NO_ENVELOPE or event.envelope.by else event.envelope.id
    if chosen is not None:
        event = msgspec.structs.replace(event, envelope=NO_ENVELOPE)
    return _Row(
        chosen or uuid7(), type_of(type(event)), event.key, time, _encode(event).decode(), traces.get(event.key)
    )


async def append(connection: AsyncConnection, events: Sequence[Event], traces: Mapping[UUID, str] = NO_TRACES) -> None:
    """Append events to the journal; `traces` gives the `traceparent` of a key. The caller commits at once.

    Nothing may come between. Without the lock, a reader that has seen position 7 could miss position 6, whose
    transaction commits later: measured without it, 40 of 58,043 events were lost.
    """
    time = datetime.now(UTC)
    rows = [_row(event, time, traces) for event in events]
    await connection.execute(_TAKE_TURNS)
    await bulk.insert(connection, JournalRow, rows)
