"""Reads workers' relations from registration's own tables: spells with their claims, and steps of training and placement."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

import msgspec

from services.registration import rows
from services.registration.domain.relations import TIES, Relations
from shared.database.unit_of_work import UnitOfWork
from shared.events import EVENTS, type_of


async def of_workers(work: UnitOfWork, workers: Collection[UUID], today: date) -> dict[UUID, Relations]:
    """Give the relations of these workers as they are on a day, by worker."""
    if not workers:
        return {}
    relations = {worker: Relations(today) for worker in workers}
    spells = await work.rows(
        "SELECT w.region, w.restricted, s.* FROM worker AS w JOIN spell AS s ON s.worker = w.id WHERE w.id = ANY(CAST(:ids AS uuid[]))",
        ids=list(workers),
    )
    for row in spells:
        relations[row.worker].region, relations[row.worker].restricted = row.region, row.restricted
        relations[row.worker].spells[row.number] = rows.spell_in(row)
    steps = await work.rows(
        "SELECT worker, type, data FROM step WHERE worker = ANY(CAST(:ids AS uuid[])) "
        "AND type = ANY(CAST(:types AS text[])) ORDER BY at, id",
        ids=list(workers),
        types=[type_of(kind) for kind in TIES],
    )
    for row in steps:
        relations[row.worker].hear([msgspec.convert(row.data, EVENTS[row.type])])
    return relations
