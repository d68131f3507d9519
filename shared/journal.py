"""What a service has to say, written down in the order of commits before anybody is told."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from shared.events import Event, type_of

LOCK = 1
"""The advisory lock that makes the order of positions the order of commits."""

_TAKE_TURNS = text(f"SELECT pg_advisory_xact_lock({LOCK})")
_APPEND = text(
    "INSERT INTO journal (id, type, key, time, data, trace) "
    "SELECT r.id, r.type, r.key, :time, CAST(r.data AS json), r.trace FROM unnest(CAST(:ids AS uuid[]), "
    "CAST(:types AS text[]), CAST(:keys AS uuid[]), CAST(:data AS text[]), CAST(:traces AS text[])) "
    "WITH ORDINALITY AS r(id, type, key, data, trace, nth) ORDER BY r.nth"
)
NO_TRACES: Final[Mapping[UUID, str]] = MappingProxyType({})
_encode = msgspec.json.Encoder().encode


async def append(connection: AsyncConnection, events: Sequence[Event], traces: Mapping[UUID, str] = NO_TRACES) -> None:
    """Write events into the journal; `traces` gives the `traceparent` of a key. The caller commits at once.

    Nothing may come between. Without the lock, a reader that has seen position 7 could miss position 6, whose transaction commits later
    (FACTS: 40 of 58,043 events were lost so).
    """
    rows = {
        "ids": [uuid7() for _ in events],
        "types": [type_of(type(event)) for event in events],
        "keys": [event.key for event in events],
        "data": [_encode(event).decode() for event in events],
        "traces": [traces.get(event.key) for event in events],
        "time": datetime.now(UTC),
    }
    await connection.execute(_TAKE_TURNS)
    await connection.execute(_APPEND, rows)
