"""Whether a transaction waits for another one, as PostgreSQL's own `pg_locks` tells."""

import asyncio

from shared.database.locks import ALLOCATION_LOCK
from tests.service_under_test import ServiceUnderTest


async def waits_for_its_turn(service: ServiceUnderTest, batch: asyncio.Task, lock: int = ALLOCATION_LOCK) -> bool:
    """Look until the batch waits for a lock (the usual one: `UnitOfWork.take_turns`), or is done."""
    while not batch.done():
        if await service.rows(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = :lock "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            lock=lock,
        ):
            return True
        await asyncio.sleep(0.01)
    return False
