"""What a service has to say, written down in the order of commits before anybody is told."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from shared.events import Event, type_of

LOCK = 1
"""The advisory lock that makes the order of positions the order of commits."""

_TAKE_TURNS = text(f"SELECT pg_advisory_xact_lock({LOCK})")
_APPEND = text(
    "INSERT INTO journal (id, type, key, time, data) "
    "SELECT r.id, r.type, r.key, :time, CAST(r.data AS json) "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:types AS text[]), CAST(:keys AS uuid[]), CAST(:data AS text[])) "
    "WITH ORDINALITY AS r(id, type, key, data, nth) ORDER BY r.nth"
)
_encode = msgspec.json.Encoder().encode


async def append(connection: AsyncConnection, events: Sequence[Event]) -> None:
    """Write events into the journal. The caller commits at once: nothing may come between.

    Without the lock, a reader that has seen position 7 could miss position 6, whose transaction commits later
    (FACTS: 40 of 58,043 events were lost so).
    """
    rows = {
        "ids": [uuid7() for _ in events],
        "types": [type_of(type(event)) for event in events],
        "keys": [event.key for event in events],
        "data": [_encode(event).decode() for event in events],
        "time": datetime.now(UTC),
    }
    await connection.execute(_TAKE_TURNS)
    await connection.execute(_APPEND, rows)
