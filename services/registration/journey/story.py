"""Tells a worker's journey: what happened, who said so and when, and what happens next."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row

from services.registration.journey import wording
from services.registration.posting.roles import ANY_WORKER
from services.registration.spells import state_name
from shared.database.unit_of_work import UnitOfWork
from shared.events import EVENTS, FACTS
from shared.http.auth import Caller
from shared.refusals import Refusal

LEFT_OUT = ("worker", "contact")
_STEPS = """
SELECT at, speaker, type, data FROM (
    SELECT time AS at, 'registration' AS speaker, type, data, position FROM journal WHERE key = :worker
    UNION ALL SELECT at, speaker, type, data, 0 FROM step WHERE worker = :worker
) AS steps ORDER BY at, position
"""


async def journey_of(work: UnitOfWork, worker: UUID, caller: Caller | None) -> dict[str, Any]:
    """Tell a worker's journey. Raises `Refusal`: 404 for an unknown worker, 403 for a caller who may not read it."""
    found = await work.rows(
        "SELECT s.number, s.state, s.wants FROM worker AS w JOIN spell AS s ON s.worker = w.id AND s.number = w.spell "
        "WHERE w.id = :worker",
        worker=worker,
    )
    if not found:
        raise Refusal("There is no worker of this id.", kind="not-found", status=HTTPStatus.NOT_FOUND)
    steps = [_step(row) for row in await work.rows(_STEPS, worker=worker)]
    if not await _may_read(work, worker, caller, steps):
        raise Refusal(
            "This worker's journey is for offices and for the agencies that had to do with the worker.",
            kind="forbidden",
            status=HTTPStatus.FORBIDDEN,
        )
    spell = found[0]
    return {
        "worker": worker,
        "spell": spell.number,
        "state": state_name(spell.state, spell.wants),
        "steps": steps,
        "next": wording.what_next(spell.state, spell.wants, spell.number, steps),
    }


def _step(row: Row[Any]) -> dict[str, Any]:
    kind = EVENTS[row.type]
    whole = msgspec.structs.asdict(msgspec.convert(row.data, kind))  # the data leaves out default values
    data = {name: value for name, value in row.data.items() if name not in LEFT_OUT}
    return {
        "at": row.at,
        "by": data["agency"] if row.type in FACTS else row.speaker,
        "type": row.type,
        "what": wording.what_happened(kind.__name__, whole),
        "data": data,
    }


async def _may_read(work: UnitOfWork, worker: UUID, caller: Caller | None, steps: list[dict[str, Any]]) -> bool:
    if caller is None or caller.role == ANY_WORKER:
        return True
    if any(caller.slug in (step["data"].get("provider"), step["data"].get("agency")) for step in steps):
        return True
    reported = "SELECT 1 FROM assertion WHERE worker = :worker AND agency = :agency LIMIT 1"
    return bool(await work.rows(reported, worker=worker, agency=caller.id))
