"""Whose messages are withheld: those of workers who are restricted, or were erased."""

from collections import Counter
from collections.abc import Collection
from uuid import UUID

from services.notification import tally
from services.notification.store import NOTHING
from shared import erasures
from shared.database.unit_of_work import UnitOfWork


async def erase(work: UnitOfWork, workers: Collection[UUID]) -> None:
    """Forget the contacts of workers and what messages said about them, and remember that they were erased.

    The messages are counted as before.
    """
    await work.take_turns()
    await erasures.remember(work, workers)
    await _withhold(work, workers)
    ids = list(workers)
    await work.run("DELETE FROM contact WHERE worker = ANY(CAST(:workers AS uuid[]))", workers=ids)
    await work.run("DELETE FROM restricted WHERE worker = ANY(CAST(:workers AS uuid[]))", workers=ids)
    await work.run(f"UPDATE message SET data = '{NOTHING}' WHERE subject = ANY(CAST(:workers AS uuid[]))", workers=ids)


async def restrict(work: UnitOfWork, restricted: Collection[UUID], lifted: Collection[UUID]) -> None:
    """Withhold what is said of these workers from now on, and what has not gone out; of those others, no longer.

    What was withheld is not sent later.
    """
    await work.take_turns()
    await work.run(
        "INSERT INTO restricted (worker) SELECT unnest(CAST(:workers AS uuid[])) ON CONFLICT DO NOTHING",
        workers=list(restricted),
    )
    await work.run("DELETE FROM restricted WHERE worker = ANY(CAST(:workers AS uuid[]))", workers=list(lifted))
    await _withhold(work, restricted)


async def restricted_among(work: UnitOfWork, subjects: Collection[UUID]) -> set[UUID]:
    """Give those of these workers who are restricted."""
    found = await work.rows(
        "SELECT worker FROM restricted WHERE worker = ANY(CAST(:subjects AS uuid[]))", subjects=list(subjects)
    )
    return {row.worker for row in found}


async def _withhold(work: UnitOfWork, workers: Collection[UUID]) -> None:
    """Withhold the messages about these workers that have not gone out yet."""
    found = await work.rows(
        "UPDATE message SET state = 'withheld', next_at = NULL, settled_at = now() "
        "WHERE subject = ANY(CAST(:workers AS uuid[])) AND state = 'pending' RETURNING receiver",
        workers=list(workers),
    )
    withheld = Counter(row.receiver for row in found)
    await tally.count(work, {(receiver, "withheld"): n for receiver, n in withheld.items()})
    await tally.count_off(work, {(receiver, "pending"): n for receiver, n in withheld.items()})
