"""Tells a worker's journey: what happened, who said so and when, and what happens next; to each reader what is theirs."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Row

from services.registration import relations_store
from services.registration.domain.relations import Relations
from services.registration.journey import wording
from services.registration.spells import Spell, state_name
from shared import clock
from shared.database.unit_of_work import UnitOfWork
from shared.events import EVENTS, FACTS, IdentityQuestioned, ReviewOpened, WorkerFactRetracted, WorkerMoved, type_of
from shared.http.auth import Caller
from shared.key_file import Operator
from shared.merges import SAME
from shared.refusals import Refusal, not_yours

LEFT_OUT: Final = ("worker", "contact")
LEFT_OUT_OF_OWN: Final = ("concerns", "birth_year", "sex")
SAID_BY_AGENCIES: Final = {*FACTS, type_of(WorkerFactRetracted)}
_FOR_OFFICES: Final = (type_of(IdentityQuestioned), type_of(ReviewOpened))
"""Steps that an agency does not read, though it caused them: they tell what another agency said."""
_STEPS: Final = f"""
SELECT of.worker, of.at, of.speaker, of.type, of.data FROM {SAME} CROSS JOIN LATERAL (
    SELECT key AS worker, time AS at, 'registration' AS speaker, type, data, position FROM journal WHERE key = same.worker
    UNION ALL SELECT worker, at, speaker, type, data, 0 FROM step WHERE worker = same.worker
) AS of ORDER BY of.at, of.position
"""
"""What was said of a worker, and of each who was merged into the worker."""
NOBODY: Final = "There is no worker of this id."
NOT_RELATED: Final = not_yours(
    "Your agency has no relation to a worker of this id. If another service has named the worker to you just now, ask "
    "again in some seconds.",
)


async def journey_of(work: UnitOfWork, worker: UUID, caller: Caller | Operator) -> dict[str, Any]:
    """Tell a worker's journey to an agency, as far as its relation goes; to an operator whole.

    The id of one who was merged gives the journey of whom it means, in which each step names the id of which it was said.
    Raises `Refusal`: 403 for an agency without a relation, 404 for an operator who asks for an unknown worker.
    """
    relations = (await relations_store.of_workers(work, [worker], clock.today()))[worker]
    spell = relations.present
    if spell is None:
        raise NOT_RELATED if isinstance(caller, Caller) else Refusal(NOBODY, kind="not-found", status=404)
    steps = [_step(row) for row in await work.rows(_STEPS, workers=[worker])]
    if isinstance(caller, Operator):
        return _whole(relations, spell, steps)
    return _as_read_by(caller, relations, spell, steps)


def _as_read_by(caller: Caller, relations: Relations, spell: Spell, steps: Sequence[dict[str, Any]]) -> dict[str, Any]:
    reading, worker = relations.reading_of(caller), relations.worker
    if reading is None and relations.restricted:
        raise NOT_RELATED
    if reading == "everything":
        return _whole(relations, spell, steps)
    own = [_bare(step) for step in steps if _is_own(step, caller.slug)]
    if reading == "own steps and the state":
        return {"worker": worker, "spell": spell.number, "state": state_name(spell.state, spell.wants), "steps": own}
    if any(caller.is_office_in(left) for left in _regions_left(steps)):
        return {"worker": worker, "state": f"moved to {relations.region}", "steps": own}
    if reading == "own steps":
        return {"worker": worker, "steps": own}
    raise NOT_RELATED


def _whole(relations: Relations, spell: Spell, steps: Sequence[dict[str, Any]]) -> dict[str, Any]:
    present = [
        step for step in steps if relations.goes_on_as(step["worker"], step["data"].get("spell")) == spell.number
    ]
    return {
        "worker": relations.worker,
        "spell": spell.number,
        "state": state_name(spell.state, spell.wants),
        "steps": steps,
        "next": wording.what_next(spell.state, spell.wants, present),
    }


def _step(row: Row[Any]) -> dict[str, Any]:
    kind = EVENTS[row.type]
    whole = msgspec.structs.asdict(msgspec.convert(row.data, kind))  # the data leaves out default values
    data = {name: value for name, value in row.data.items() if name not in LEFT_OUT}
    return {
        "at": row.at,
        "worker": row.worker,
        "by": data["agency"] if row.type in SAID_BY_AGENCIES else row.speaker,
        "entered_by": data.get("entered_by"),
        "type": row.type,
        "what": wording.what_happened(kind.__name__, whole),
        "data": data,
    }


def _is_own(step: dict[str, Any], slug: str) -> bool:
    """Whether a step is what the agency said, or what came of it."""
    return step["type"] not in _FOR_OFFICES and slug in (
        step["data"].get("agency"),
        step["data"].get("provider"),
        step["data"].get("said_by"),
    )


def _bare(step: dict[str, Any]) -> dict[str, Any]:
    """Leave out which other agencies a step concerns, and the birth year and the sex, which are for the office."""
    return {**step, "data": {name: value for name, value in step["data"].items() if name not in LEFT_OUT_OF_OWN}}


def _regions_left(steps: Sequence[dict[str, Any]]) -> list[str | None]:
    return [step["data"].get("came_from") for step in steps if step["type"] == type_of(WorkerMoved)]
