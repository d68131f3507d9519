"""Rotation: what an older key of a ring sealed is sealed again with the first one, page by page, while the service works on."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from shared.database.unit_of_work import Database
from shared.http.paging import BEFORE_ALL
from shared.key_rings import KeyRing
from shared.sealing import BrokenSeal, Use

log = logging.getLogger(__name__)

PAGE = 500
"""Rows sealed again by one transaction: they are locked for some milliseconds."""
EVERY = 3_600.0
"""Seconds between two looks: an instance with older settings may still have sealed something."""


@dataclass(frozen=True)
class SealedColumn:
    """A column of texts that a ring sealed, each about the worker whose id stands in the column `worker`."""

    table: str
    column: str
    use: Use
    worker: str = "worker"


async def rotate(database: Database, ring: KeyRing, sealed: SealedColumn) -> int:
    """Seal a column again where the first key has not sealed it. Gives how many rows that were.

    A row that somebody else has locked is left for the next time. One that does not open stays as it is, and is logged.
    """
    done, after = 0, BEFORE_ALL
    while True:
        async with database.work() as work:
            page = await work.rows(
                f"SELECT {sealed.worker} AS worker, {sealed.column} AS sealed FROM {sealed.table} "
                f"WHERE {sealed.worker} > :after AND {sealed.column} <> '' AND NOT starts_with({sealed.column}, :mark) "
                f"ORDER BY {sealed.worker} LIMIT :page FOR NO KEY UPDATE SKIP LOCKED",
                after=after,
                mark=ring.mark,
                page=PAGE,
            )
            if not page:
                return done
            anew = _sealed_again(page, ring, sealed)
            done += len(anew)
            await work.run(
                f"UPDATE {sealed.table} AS old SET {sealed.column} = new.sealed "
                "FROM unnest(CAST(:workers AS uuid[]), CAST(:sealed AS text[])) AS new(worker, sealed) "
                f"WHERE old.{sealed.worker} = new.worker",
                workers=[worker for worker, _ in anew],
                sealed=[text for _, text in anew],
            )
        after = page[-1].worker


async def keep_rotating(database: Database, ring: KeyRing, sealed: SealedColumn) -> None:
    """Rotate a column for as long as the service runs."""
    while True:
        while await rotate(database, ring, sealed):
            pass
        await asyncio.sleep(EVERY)


def _sealed_again(page: Sequence[Row[Any]], ring: KeyRing, sealed: SealedColumn) -> list[tuple[Any, str]]:
    anew = []
    for row in page:
        try:
            anew.append((row.worker, ring.seal_again(row.sealed, about=row.worker, **sealed.use)))
        except BrokenSeal as broken:
            log.error(  # noqa: TRY400  where it stands says nothing more
                "a sealed text does not open, and keeps its key",
                extra={"table": sealed.table, "worker": str(row.worker), "reason": str(broken)},
            )
    return anew
