"""What is kept, and what it takes: bytes for each worker, the time to a ready service, the replay of a whole journal."""

import asyncio
from time import monotonic
from typing import Any

import asyncpg

from benchmarks.running import RunningServices

SIZES = "SELECT pg_database_size(current_database()) AS whole, pg_total_relation_size('journal') AS journal"


async def of(running: RunningServices, workers: int) -> dict[str, Any]:
    """Measure stores that hold so many workers."""
    await asyncio.sleep(1)
    sizes = {name: (await running.rows(name, SIZES))[0] for name in running.programs}
    return {
        "store_bytes_a_worker": {name: row["whole"] / workers for name, row in sizes.items()},
        "journal_bytes_a_worker": {name: row["journal"] / workers for name, row in sizes.items()},
        "ready_seconds": await _time_to_ready(running),
        "replay": await _replay(running),
    }


async def _time_to_ready(running: RunningServices) -> float:
    """Stop all services, start all, and wait until each is ready."""
    await asyncio.gather(*(asyncio.to_thread(program.stop) for program in running.programs.values()))
    began = monotonic()
    for program in running.programs.values():
        program.start()
    await running.ready()
    return monotonic() - began


async def _replay(running: RunningServices) -> dict[str, float]:
    """Publish registration's whole journal again, from its first event; those who hear it drop every one of them."""
    program = running.programs["registration"]
    await asyncio.to_thread(program.stop)
    connection = await asyncpg.connect(running.databases["registration"])
    end = await connection.fetchval("SELECT max(position) FROM journal")
    await connection.execute("UPDATE cursor SET position = 0, last_by_partition = '{}'")
    began = monotonic()
    program.start()
    try:
        while await connection.fetchval("SELECT position FROM cursor") < end:
            await asyncio.sleep(0.1)
    finally:
        await connection.close()
    seconds = monotonic() - began
    await running.settled(seconds=300)
    return {"events": end, "seconds": seconds, "events_a_second": end / seconds}
