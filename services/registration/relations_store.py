"""Reads workers' relations from registration's own tables: spells with their claims, and steps of training and placement."""

from collections.abc import Collection
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from services.registration import rows
from services.registration.domain.relations import TIES, Relations
from shared.database.unit_of_work import UnitOfWork
from shared.events import EVENTS, type_of
from shared.merges import SAME

_SPELLS: Final = (
    f"SELECT same.asked, same.person, w.region, w.restricted, m.joint_spell, w.restricted, s.* FROM {SAME} JOIN worker AS w ON w.id = same.person "
    "JOIN spell AS s ON s.worker = same.worker "
    "LEFT JOIN merged_worker AS m ON m.worker = s.worker AND m.spell = s.number AND m.joint_worker = m.person"
)
_STEPS: Final = (
    f"SELECT same.asked, s.type, s.data FROM {SAME} JOIN step AS s ON s.worker = same.worker "
    "WHERE s.type = ANY(CAST(:types AS text[])) ORDER BY s.at, s.id"
)


async def of_workers(work: UnitOfWork, workers: Collection[UUID], today: date) -> dict[UUID, Relations]:
    """Give the relations of these workers as they are on a day, by worker; of one who was merged, those of whom the id means."""
    if not workers:
        return {}
    relations = {worker: Relations(today, worker) for worker in workers}
    for row in await work.rows(_SPELLS, workers=list(workers)):
        known, key = relations[row.asked], (row.worker, row.number)
        known.worker, known.region, known.restricted = row.person, row.region, row.restricted
        known.spells[key] = rows.spell_in(row)
        if row.joint_spell is not None:
            known.goes_on[key] = row.joint_spell
    steps = await work.rows(_STEPS, workers=list(workers), types=[type_of(kind) for kind in TIES])
    for row in steps:
        relations[row.asked].hear([msgspec.convert(row.data, EVENTS[row.type])])
    return relations
