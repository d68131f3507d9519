"""Erasures: which workers were erased, kept in the database and in a file beside it, so that a restored database erases them again.

A dump from before an erasure still holds the worker. Whatever is restored, the file is not: before a service opens, it
erases whoever is in the file and not in its table `erased`. The file holds ids and nothing else.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from shared.database.unit_of_work import Database, UnitOfWork
from shared.events.envelope import PERSONAL
from shared.faults import Misconfigured
from shared.http.paging import page
from shared.inbox import dead_letters

log = logging.getLogger(__name__)

Erase = Callable[[UnitOfWork, Sequence[UUID]], Awaitable[None]]
"""Erases what a service knows of some workers, and remembers their ids."""
BLANK: Final = f"CAST(CAST(data AS jsonb) - CAST('{{{','.join(PERSONAL)}}}' AS text[]) AS json)"
"""The `data` of an event about a worker without what is personal in it."""
AT_ONCE: Final = 100
"""Workers erased again by one transaction."""
EVERY: Final = 5.0
"""Seconds between two looks at what the file does not have yet."""


async def remember(work: UnitOfWork, workers: Collection[UUID]) -> None:
    """Remember that these workers were erased; empty the dead letters about them, and what is personal in deferred events."""
    await work.run(
        f"WITH emptied AS (UPDATE deferred_event SET data = {BLANK} WHERE key = ANY(CAST(:workers AS uuid[]))) "
        "INSERT INTO erased (worker, at) SELECT unnest(CAST(:workers AS uuid[])), now() ON CONFLICT DO NOTHING",
        workers=sorted(workers),
    )
    await dead_letters.empty(work, workers)


async def listing(work: UnitOfWork, after: UUID, limit: int) -> dict[str, Any]:
    """Give the ids of those who were erased, page by page."""
    found = await work.rows(
        "SELECT worker, at FROM erased WHERE worker > :after ORDER BY worker LIMIT :limit", after=after, limit=limit
    )
    return page(found, limit, "worker")


class Erasures:
    """The file of erased workers of one service. Without a path there is none, and nothing is done."""

    def __init__(self, database: Database, path: Path | None, erase: Erase) -> None:
        self._database = database
        self._path = path
        self._erase = erase
        self._noted: set[UUID] = set()

    async def apply(self) -> None:
        """Erase again whoever the file names and the database does not; note down whoever only the database names.

        Raises `Misconfigured` where the file cannot be read or written.
        """
        if self._path is None:
            return
        self._noted = _read(self._path)
        missing = sorted(self._noted - await self._known())
        for start in range(0, len(missing), AT_ONCE):
            async with self._database.work() as work:
                await self._erase(work, missing[start : start + AT_ONCE])
        if missing:
            log.warning(
                "workers were erased again: the database is older than the file", extra={"workers": len(missing)}
            )
        await self.note()

    async def note(self) -> None:
        """Write into the file whoever the database knows to be erased and the file does not. Returns when it is on the disk."""
        if self._path is None:
            return
        async with self._database.work() as work:
            ((count,),) = await work.rows("SELECT count(*) FROM erased")
        if count > len(self._noted):
            new = sorted(await self._known() - self._noted)
            await asyncio.to_thread(_append, self._path, new)
            self._noted.update(new)

    async def run(self) -> None:
        """Note erasures down for as long as the service runs."""
        while self._path:
            await self.note()
            await asyncio.sleep(EVERY)
        await asyncio.Event().wait()

    async def _known(self) -> set[UUID]:
        async with self._database.reading() as work:
            return {row.worker for row in await work.rows("SELECT worker FROM erased")}


def _read(path: Path) -> set[UUID]:
    """Read the file, and make sure that it can be written. A line that was cut off by a crash names nobody."""
    try:
        _append(path, ())
        lines = path.read_text().split()
    except OSError as fault:
        raise Misconfigured(f"PULIH_ERASED_FILE cannot be read and written: {fault.strerror}") from None
    try:
        return {UUID(line) for line in lines if len(line) == len(str(UUID(int=0)))}
    except ValueError:
        raise Misconfigured("PULIH_ERASED_FILE holds something else than workers' ids") from None


def _append(path: Path, workers: Iterable[UUID]) -> None:
    """Append ids, one a line, and wait until they are on the disk. A line that was cut off before is ended first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
        file.write("".join(f"\n{worker}" for worker in workers).encode())
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name of a new file is kept by its folder
    finally:
        os.close(folder)
