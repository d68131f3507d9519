"""Reads and writes registration's tables, each time with a fixed number of statements, whatever the batch's size."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from services.registration import rows, tables
from services.registration.domain.decisions import Decisions
from services.registration.identity.data_keys import DataKey
from services.registration.identity.sealing import IdentitySeals
from services.registration.identity.worker import Worker
from services.registration.posting.assertions import Accepted, Assertion, Key
from services.registration.spells import Spell
from shared import clock
from shared.database.unit_of_work import UnitOfWork
from shared.events import Event, JobseekerCardIssued
from shared.faults import Overtaken
from shared.merges import PERSON, SAME


async def lock_agencies(work: UnitOfWork, agencies: Iterable[UUID]) -> None:
    """Make other desks wait with these agencies until this transaction ends, so that an event id is decided on once."""
    await work.rows(
        "SELECT id FROM agency WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR NO KEY UPDATE",
        ids=sorted(set(agencies)),
    )


async def accepted_before(work: UnitOfWork, assertions: Sequence[Assertion]) -> dict[Key, Accepted]:
    """Find which of these were accepted before, by agency, source and event id. Each names whom its worker's id means now."""
    found = await work.rows(
        "SELECT a.agency, a.source, a.event_id, a.digest, coalesce(m.person, a.worker) AS worker "
        "FROM unnest(CAST(:agencies AS uuid[]), CAST(:sources AS text[]), CAST(:ids AS text[])) "
        "AS r(agency, source, event_id) JOIN assertion AS a USING (agency, source, event_id) "
        "LEFT JOIN merged_worker AS m ON m.worker = a.worker",
        agencies=[assertion.poster.id for assertion in assertions],
        sources=[assertion.source for assertion in assertions],
        ids=[assertion.id for assertion in assertions],
    )
    return {(row.agency, row.source, row.event_id): Accepted(row.digest, row.worker) for row in found}


async def workers_meant(
    work: UnitOfWork, assertions: Sequence[Assertion], seals: IdentitySeals, *, also: Iterable[UUID] = ()
) -> tuple[list[Worker], list[Worker]]:
    """Make the new workers, and lock all others whom these are about, and some `also`.

    One NIK is one worker, even with several desks. Gives both; `keep` keeps the data keys of those who are new.
    """
    statements = {
        assertion.statement.nik: assertion.statement for assertion in reversed(assertions) if assertion.statement
    }
    unknown = [seals.new_worker(uuid7(), statements[nik]) for nik in sorted(statements)]
    inserted = await work.insert_new(tables.WorkerRow, [rows.of_worker(worker) for worker in unknown])
    new = [worker for worker in unknown if worker.id in inserted]
    niks = {nik for assertion in assertions for nik in (assertion.nik, assertion.other_nik) if nik}
    known = await lock_workers(
        work,
        niks=niks.difference(worker.nik for worker in new),
        ids={id for assertion in assertions for id in (assertion.worker, assertion.other) if id}.union(also),
    )
    return new, [worker for worker in known if not worker.is_erased]


async def lock_workers(work: UnitOfWork, *, ids: Iterable[UUID], niks: Iterable[bytes] = ()) -> list[Worker]:
    """Lock workers in the order that every desk uses, then read their present spells and cards.

    Of one who was merged, the worker whom the id means is locked as well, and the one as whose spell its own goes on. Raises
    `Overtaken` where those are others by the time of the lock.
    """
    niks, ids = list(niks), list(ids)
    if not niks and not ids:
        return []
    found = await work.rows(
        "WITH named AS (SELECT id FROM worker WHERE nik_print = ANY(CAST(:niks AS bytea[])) "
        "UNION SELECT unnest(CAST(:ids AS uuid[]))), "
        "meant AS (SELECT id FROM named UNION SELECT unnest(ARRAY[m.person, m.joint_worker]) FROM named "
        "JOIN merged_worker AS m ON m.worker = named.id) "
        "SELECT worker.* FROM meant JOIN worker USING (id) ORDER BY nik_print FOR NO KEY UPDATE OF worker",
        niks=niks,
        ids=ids,
    )
    locked = [row.id for row in found]
    present = await work.rows(
        "SELECT w.id, k.wrapped, c.issued_on AS card, m.spell, m.into_worker, m.into_spell, m.person, "
        "m.joint_worker, m.joint_spell, s.* "
        "FROM worker AS w LEFT JOIN data_key AS k ON k.worker = w.id LEFT JOIN merged_worker AS m ON m.worker = w.id "
        "LEFT JOIN spell AS s ON s.worker = w.id AND s.number = w.spell "
        "LEFT JOIN jobseeker_card AS c ON c.worker = w.id AND c.current WHERE w.id = ANY(CAST(:ids AS uuid[]))",
        ids=locked,
    )
    spell_of = {row.id: rows.spell_in(row) for row in present if row.worker}
    card_of = {row.id: row.card for row in present}
    key_of = {row.id: DataKey(row.wrapped) for row in present if row.wrapped}
    merged = {row.id: rows.merged_in(row) for row in present if row.person}
    if not {id for each in merged.values() for id in (each.person, each.joint_worker) if id} <= set(locked):
        raise Overtaken("a worker was merged into another meanwhile")
    return [
        rows.worker_in(row, spell_of.get(row.id), card_of.get(row.id), key_of.get(row.id), merged.get(row.id))
        for row in found
    ]


async def spells_of(work: UnitOfWork, workers: Collection[UUID]) -> dict[tuple[UUID, int], Spell]:
    """Read the spells of workers under every id that means them, by worker and number. Their workers are locked."""
    found = await work.rows(
        f"SELECT DISTINCT ON (s.worker, s.number) s.* FROM {SAME} JOIN spell AS s ON s.worker = same.worker "
        "ORDER BY s.worker, s.number",
        workers=list(workers),
    )
    return {(row.worker, row.number): rows.spell_in(row) for row in found}


async def past_spells(work: UnitOfWork, keys: Sequence[tuple[UUID, int]]) -> dict[tuple[UUID, int], Spell]:
    """Read spells by worker and number. Their workers are locked."""
    if not keys:
        return {}
    found = await work.rows(
        "SELECT * FROM spell WHERE (worker, number) IN (SELECT * FROM unnest(CAST(:workers AS uuid[]), CAST(:numbers AS int[])))",
        workers=[worker for worker, _ in keys],
        numbers=[number for _, number in keys],
    )
    return {(row.worker, row.number): rows.spell_in(row) for row in found}


async def region_of(work: UnitOfWork, worker: UUID) -> tuple[bool, str | None]:
    """Say whether a worker is known, and where the worker lives."""
    found = await work.rows(f"SELECT region FROM worker WHERE id = {PERSON}", worker=worker)
    return bool(found), found[0].region if found else None


async def card_numbers(work: UnitOfWork, wanted: int) -> Iterator[int]:
    """Draw running numbers for cards. A number that is not used is lost."""
    if not wanted:
        return iter(())
    drawn = await work.rows("SELECT nextval('jobseeker_card_number') FROM generate_series(1, :wanted)", wanted=wanted)
    return (int(row[0]) for row in drawn)


async def keep(work: UnitOfWork, decisions: Decisions, workers: Iterable[Worker], new: Iterable[Worker] = ()) -> None:
    """Write the data keys of the new workers, and the workers, spells and cards that the decisions change; announce the events."""
    await work.insert(tables.DataKeyRow, [{"worker": each.id, "wrapped": each.key.wrapped} for each in new if each.key])
    await work.update(tables.WorkerRow, [rows.of_worker(worker) for worker in workers if worker.changed])
    # a spell that ends comes before the one that opens: the database lets no worker have two open ones
    spells = sorted(decisions.spells.values(), key=lambda spell: spell.number)
    sets = ", ".join(f"{name} = excluded.{name}" for name in (*rows.SPELL_FIELDS, "claims") if name != "number")
    await work.insert(
        tables.SpellRow,
        [rows.of_spell(spell) for spell in spells],
        f"ON CONFLICT (worker, number) DO UPDATE SET {sets}",
    )
    await _keep_cards(work, decisions.cards)
    work.announce(*decisions.events)


async def keep_assertions(
    work: UnitOfWork, decisions: Decisions, workers: Iterable[Worker], seals: IdentitySeals
) -> None:
    """Keep accepted assertions with their facts; what is said about a worker is sealed with the worker's data key."""
    now, today, by_id = datetime.now(UTC), clock.today(), {worker.id: worker for worker in workers}
    await work.insert(
        tables.AssertionRow,
        [
            rows.of_assertion(
                assertion,
                fact,
                now,
                today,
                seals.own if (worker := by_id.get(fact.key)) is None else seals.cipher_of(worker),
                unnamed=assertion.row in decisions.unnamed,
            )
            for assertion, fact in decisions.accepted
        ],
    )


async def keep_steps(work: UnitOfWork, steps: Sequence[Event]) -> None:
    """Keep events of other services as steps of their workers' journeys."""
    await work.insert(tables.JourneyStepRow, [rows.of_step(step) for step in steps], "ON CONFLICT (id) DO NOTHING")


async def _keep_cards(work: UnitOfWork, issued: Sequence[JobseekerCardIssued]) -> None:
    """Keep cards. A worker's newest card is the current one; earlier ones have expired."""
    if not issued:
        return
    newest = {card.worker: card.number for card in issued}
    await work.run(
        "UPDATE jobseeker_card SET current = false WHERE current AND worker = ANY(CAST(:ids AS uuid[]))",
        ids=list(newest),
    )
    await work.insert(
        tables.JobseekerCardRow, [rows.of_card(card, current=newest[card.worker] == card.number) for card in issued]
    )
