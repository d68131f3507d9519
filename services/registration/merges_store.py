"""Reads and writes what a decision that two workers are one person, or are not, stands on and changes."""

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from services.registration import store
from services.registration.domain.decisions import Decisions, Joined, Parted
from services.registration.domain.identities import Pairs
from shared import clock
from shared.database.unit_of_work import UnitOfWork
from shared.events import WorkerRegistered, type_of
from shared.merges import SAME, Merges

_POSITIONS: Final = (
    "SELECT j.key, CAST(j.data->>'spell' AS int) AS spell, min(j.position) AS position "
    f"FROM {SAME} JOIN journal AS j ON j.key = same.worker WHERE j.type = :registered GROUP BY 1, 2"
)
_BEST_CARD: Final = """
UPDATE jobseeker_card SET current = false WHERE current AND worker IN (:worker, :other) AND number <> (
    SELECT number FROM jobseeker_card WHERE current AND worker IN (:worker, :other)
    ORDER BY valid_until DESC, number LIMIT 1
)
"""
"""Of two current cards the one that is good for longest stays."""
_CARDS_TOGETHER: Final = """
UPDATE jobseeker_card SET named = coalesce(named, worker), worker = :worker WHERE current AND worker = :other
"""
_REVIEWS: Final = (
    "UPDATE review SET state = 'decided', decided_on = :today, decided_by = :by WHERE state = 'open' "
    "AND kind = 'same-person' AND worker = ANY(CAST(:members AS uuid[])) AND other = ANY(CAST(:members AS uuid[]))"
)
_MOVES: Final = (
    "UPDATE move SET worker = :worker WHERE worker = :other AND NOT EXISTS (SELECT FROM move WHERE worker = :worker)",
    "DELETE FROM move WHERE worker = :other",
)
_CARDS_APART: Final = """
UPDATE jobseeker_card SET worker = :other, named = nullif(named, :other)
WHERE worker = :worker AND named = ANY(CAST(:members AS uuid[]))
"""
_CURRENT_CARDS: Final = """
UPDATE jobseeker_card SET current = true WHERE number IN (
    SELECT DISTINCT ON (worker) number FROM jobseeker_card
    WHERE worker IN (:worker, :other) AND worker NOT IN (SELECT worker FROM jobseeker_card WHERE current)
    ORDER BY worker, valid_until DESC, number
)
"""


async def pairs_of(work: UnitOfWork, workers: Collection[UUID], wanted: int) -> Pairs:
    """Read what decisions about these workers stand on; draw a number for each. A number that is not used is lost."""
    numbers = await work.rows("SELECT nextval('merge_number') FROM generate_series(1, :wanted)", wanted=wanted)
    ids = list(workers)
    spells = await store.spells_of(work, ids)
    positions = await work.rows(_POSITIONS, workers=ids, registered=type_of(WorkerRegistered))
    return Pairs(
        await Merges.read(work, ids),
        spells,
        {(row.key, row.spell): row.position for row in positions},
        (int(row[0]) for row in numbers),
    )


async def keep(work: UnitOfWork, decisions: Decisions, merges: Merges) -> None:
    """Keep who was merged into whom, and what follows for cards, moves and reviews."""
    if decisions.merged or decisions.parted:
        await merges.save(work)
    for joined in decisions.merged:
        await _join(work, joined, merges.members(joined.worker))
    for parted in decisions.parted:
        await _part(work, parted)


async def _join(work: UnitOfWork, joined: Joined, members: Sequence[UUID]) -> None:
    await _lend(work, joined.other, joined.lent)
    await _number(work, joined)
    for statement in (_BEST_CARD, _CARDS_TOGETHER, *_MOVES):
        await work.run(statement, worker=joined.worker, other=joined.other)
    await work.run(_REVIEWS, members=list(members), by=joined.by, today=clock.today())


async def _part(work: UnitOfWork, parted: Parted) -> None:
    await _lend(work, parted.other, [])
    await _number(work, parted)
    await work.run(_CARDS_APART, worker=parted.worker, other=parted.other, members=parted.members)
    await work.run(_CURRENT_CARDS, worker=parted.worker, other=parted.other)


async def _lend(work: UnitOfWork, worker: UUID, lent: Sequence[str]) -> None:
    await work.run("UPDATE worker SET lent = CAST(:lent AS text[]) WHERE id = :worker", lent=list(lent), worker=worker)


async def _number(work: UnitOfWork, decided: Joined | Parted) -> None:
    await work.run(
        "UPDATE worker SET latest_merge = :number WHERE id IN (:worker, :other)",
        number=decided.number,
        worker=decided.worker,
        other=decided.other,
    )
