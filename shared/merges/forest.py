"""Which workers' ids mean another worker, since an office decided that both are one person.

What is given to a worker or said of one keeps the id that it names. Whose it is, is looked up here when it is read. So a
merge moves little, and a split gives each worker what names that worker.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from shared.database.tables import MergedWorkerRow
from shared.database.unit_of_work import UnitOfWork

SAME: Final = """(
    SELECT asked.id AS asked, whom.person, member.worker FROM unnest(CAST(:workers AS uuid[])) AS asked(id)
    CROSS JOIN LATERAL (
        SELECT coalesce((SELECT m.person FROM merged_worker AS m WHERE m.worker = asked.id), asked.id) AS person
    ) AS whom
    CROSS JOIN LATERAL (
        SELECT whom.person AS worker UNION ALL SELECT m.worker FROM merged_worker AS m WHERE m.person = whom.person
    ) AS member
) AS same"""
"""For the FROM of a query: whom each of `:workers` means (`person`), and every id that means the same (`worker`)."""

PERSON: Final = "coalesce((SELECT m.person FROM merged_worker AS m WHERE m.worker = :worker), :worker)"
"""In a query: whom the id `:worker` means."""

OTHERS: Final = """(
    SELECT m.worker FROM merged_worker AS m WHERE m.person = ANY(CAST(:workers AS uuid[]))
    UNION SELECT m.person FROM merged_worker AS m WHERE m.worker = ANY(CAST(:workers AS uuid[]))
    UNION SELECT o.worker FROM merged_worker AS m JOIN merged_worker AS o ON o.person = m.person
        WHERE m.worker = ANY(CAST(:workers AS uuid[]))
)"""
"""The other ids that mean the same as one of `:workers`; it costs nothing where nobody was merged."""

MERGED: Final = "m.worker, m.spell, m.into_worker, m.into_spell, m.person, m.joint_worker, m.joint_spell"
"""The columns that make a `Merged`, of the table as `m`."""

RULES: Final = {
    "a merged worker means one who is not merged": """
        SELECT m.worker AS id FROM merged_worker AS m
        WHERE m.person IS DISTINCT FROM coalesce(
            (SELECT o.person FROM merged_worker AS o WHERE o.worker = m.into_worker), m.into_worker
        ) OR EXISTS (SELECT FROM merged_worker AS o WHERE o.worker = m.person)
    """,
}
"""What must hold in every service: rule -> the query that gives the ids for which it does not."""


@dataclass(frozen=True, slots=True)
class Merged:
    """One merge: `worker`, whose last spell was `spell`, means `person`.

    That spell goes on as `joint_spell` of `joint_worker`, if it was open: `person`, unless that one's next spell began before
    the next merge.
    """

    worker: UUID
    spell: int
    into_worker: UUID
    into_spell: int | None
    person: UUID
    joint_worker: UUID | None
    joint_spell: int | None

    @property
    def joint(self) -> tuple[UUID, int] | None:
        """The worker and the number of the spell as which this one's goes on."""
        return None if self.joint_worker is None or self.joint_spell is None else (self.joint_worker, self.joint_spell)

    @property
    def person_spell(self) -> int | None:
        """The number of the spell of `person` as which this one's goes on."""
        return self.joint_spell if self.joint_worker == self.person else None


class Merges:
    """The merges of some workers, and of all who are one person with them."""

    def __init__(self, merged: Collection[Merged] = ()) -> None:
        self._edges = {each.worker: (each.spell, each.into_worker, each.into_spell) for each in merged}
        self._kept = {each.worker: each for each in merged}

    @classmethod
    async def read(cls, work: UnitOfWork, workers: Collection[UUID]) -> Self:
        """Read what concerns these workers."""
        found = await work.rows(
            f"SELECT {MERGED} FROM merged_worker AS m WHERE person IN ("
            "SELECT unnest(CAST(:workers AS uuid[])) UNION "
            "SELECT person FROM merged_worker WHERE worker = ANY(CAST(:workers AS uuid[])))",
            workers=list(workers),
        )
        return cls([Merged(**row._asdict()) for row in found])

    def get(self, worker: UUID) -> Merged | None:
        """Give what a worker's id means, if it means another worker."""
        if worker not in self._edges:
            return None
        spell, into, into_spell = self._edges[worker]
        person, joint, number = into, into, into_spell
        while person in self._edges:
            last, further, further_spell = self._edges[person]
            if joint == person and number == last and further_spell is not None:
                joint, number = further, further_spell
            person = further
        return Merged(worker, spell, into, into_spell, person, None if number is None else joint, number)

    def person(self, worker: UUID) -> UUID:
        """Give the worker whom an id means."""
        merged = self.get(worker)
        return merged.person if merged else worker

    def ids(self, worker: UUID) -> set[UUID]:
        """Give a worker's id, whom it means, and as whose spell its own goes on."""
        merged = self.get(worker)
        return {worker} if merged is None else {id for id in (worker, merged.person, merged.joint_worker) if id}

    def members(self, worker: UUID) -> list[UUID]:
        """Give a worker's id, and every id that came to mean this worker by a merge, whether or not it means another now."""
        members = [worker]
        for each in members:
            members += [other for other, (_, into, _) in self._edges.items() if into == each]
        return members

    def spells(self, worker: UUID, spell: int) -> list[Merged]:
        """Give those whose spell goes on as this one."""
        found = (self.get(each) for each in self.members(worker)[1:])
        return [each for each in found if each is not None and each.joint == (worker, spell)]

    def merge(self, worker: UUID, spell: int, into: UUID, into_spell: int | None) -> None:
        """Let a worker's id mean another. Raises `ValueError` where that one means the first."""
        if worker in (into, self.person(into)):
            raise ValueError(f"{into} means {worker}: it cannot be the other way round as well")
        self._edges[worker] = spell, into, into_spell

    def split(self, worker: UUID) -> Merged | None:
        """Let a worker's id mean its own worker again. Gives what it meant before, if it meant another."""
        before = self.get(worker)
        self._edges.pop(worker, None)
        return before

    async def save(self, work: UnitOfWork) -> None:
        """Write what changed."""
        gone = [worker for worker in self._kept if worker not in self._edges]
        if gone:
            await work.run("DELETE FROM merged_worker WHERE worker = ANY(CAST(:workers AS uuid[]))", workers=gone)
        now = [each for each in map(self.get, self._edges) if each is not None]
        await work.insert(
            MergedWorkerRow,
            [each for each in now if self._kept.get(each.worker) != each],
            "ON CONFLICT (worker) DO UPDATE SET spell = excluded.spell, into_worker = excluded.into_worker, "
            "into_spell = excluded.into_spell, person = excluded.person, joint_worker = excluded.joint_worker, "
            "joint_spell = excluded.joint_spell",
        )
        self._kept = {each.worker: each for each in now}
