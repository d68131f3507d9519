"""The access record: who read of a worker, was refused, or did something as an operator. Rows are only ever appended.

It names the person, not only the agency, and holds ids alone: no name, no NIK, no contact.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import Row

from shared.database.tables import AccessRow
from shared.database.unit_of_work import UnitOfWork
from shared.http.auth import Caller
from shared.key_file import Operator
from shared.merges import SAME

Outcome = Literal["read", "refused", "asked"]
"""An agency read something, or was refused for lack of a relation; an operator asked for something."""
LONGEST_PURPOSE: Final = 200


async def note(
    work: UnitOfWork,
    who: Caller | Operator,
    route: str,
    workers: Collection[UUID | None],
    *,
    outcome: Outcome,
    purpose: str | None = None,
) -> None:
    """Add a row for each worker, None for one who is not known. `route` is the method and the path with its names."""
    now = datetime.now(UTC)
    await work.insert(
        AccessRow,
        [
            {
                "at": now,
                "agency": who.slug if isinstance(who, Caller) else None,
                "person": who.member if isinstance(who, Caller) else who.name,
                "route": route,
                "worker": worker,
                "outcome": outcome,
                "purpose": purpose,
            }
            for worker in workers
        ],
    )


async def about(work: UnitOfWork, worker: UUID, after: int, limit: int) -> Sequence[Row[Any]]:
    """Give what was noted about a worker, under every id that means the same, in the order in which it was, from a position on."""
    return await work.rows(
        "SELECT position, at, agency, access.person, route, outcome, purpose FROM access "
        f"WHERE worker IN (SELECT same.worker FROM {SAME}) AND position > :after ORDER BY position LIMIT :limit",
        workers=[worker],
        after=after,
        limit=limit,
    )
