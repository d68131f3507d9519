"""Facts that a service keeps because they count again, or count otherwise, when another one is retracted.

Of a course or a vacancy all facts are kept: what it is now is what they say in their order. Of a worker those are kept that
had no effect when they were heard, such as a second result: when the first is retracted, they may have one.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

import msgspec

from shared.database.tables import KeptFactRow
from shared.database.unit_of_work import UnitOfWork
from shared.events import FACTS, NO_ENVELOPE, Envelope, Fact, type_of
from shared.events.envelope import data_of


async def keep(work: UnitOfWork, facts: Iterable[Fact], *, refused: Collection[UUID] = ()) -> None:
    """Keep facts; one that is heard again changes nothing. What is `refused`, by the fact's id, never counts: `about` does not give it."""
    await work.insert(
        KeptFactRow,
        [
            {
                "id": fact.envelope.id,
                "about": None
                if fact.envelope.id in refused
                else getattr(fact, "course", None) or getattr(fact, "vacancy", None),
                "worker": getattr(fact, "worker", None),
                "type": type_of(type(fact)),
                "position": fact.envelope.position,
                "data": data_of(fact),
            }
            for fact in facts
        ],
        "ON CONFLICT (id) DO NOTHING",
    )


async def drop(work: UnitOfWork, ids: Collection[UUID]) -> set[UUID]:
    """Forget facts, because they were retracted or have had their effect. Gives those that were kept."""
    if not ids:
        return set()
    found = await work.rows("DELETE FROM kept_fact WHERE id = ANY(CAST(:ids AS uuid[])) RETURNING id", ids=list(ids))
    return {row.id for row in found}


async def about(work: UnitOfWork, things: Collection[UUID], *, workers: Collection[UUID] = ()) -> list[Fact]:
    """Which facts are kept about these courses or vacancies, or about these workers? In the order of the journal."""
    if not things and not workers:
        return []
    found = await work.rows(
        "SELECT id, type, position, CAST(data AS text) AS data FROM kept_fact WHERE about = ANY(CAST(:things AS uuid[])) "
        "UNION SELECT id, type, position, CAST(data AS text) FROM kept_fact WHERE worker = ANY(CAST(:workers AS uuid[])) "
        "ORDER BY position",
        things=list(things),
        workers=list(workers),
    )
    return [_fact(row.id, row.type, row.position, row.data) for row in found]


def _fact(id: UUID, type: str, position: int, data: str) -> Fact:
    envelope = Envelope(id=id, at=NO_ENVELOPE.at, by="/registration", position=position)
    return msgspec.structs.replace(msgspec.json.decode(data, type=FACTS[type]), envelope=envelope)
