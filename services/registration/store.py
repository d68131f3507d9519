"""What the desk asks its database, each a constant number of statements whatever the batch."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from services.registration import rows, tables
from services.registration.domain import Ruling
from services.registration.identity.people import Worker
from services.registration.identity.persons import Persons
from services.registration.posting.assertions import Assertion, Heard, Key
from shared.database.unit_of_work import UnitOfWork
from shared.events import Event, JobseekerCardIssued


async def take_turns_with(work: UnitOfWork, agencies: Iterable[UUID]) -> None:
    """Let no other desk hear these agencies until this transaction ends: one event id is judged once."""
    await work.rows(
        "SELECT id FROM agency WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR NO KEY UPDATE",
        ids=sorted(set(agencies)),
    )


async def heard_before(work: UnitOfWork, assertions: Sequence[Assertion]) -> dict[Key, Heard]:
    """Find which of these were accepted before, by agency, source and event id."""
    found = await work.rows(
        "SELECT a.agency, a.source, a.event_id, a.digest, a.worker FROM assertion AS a "
        "JOIN unnest(CAST(:agencies AS uuid[]), CAST(:sources AS text[]), CAST(:ids AS text[])) "
        "AS r(agency, source, event_id) USING (agency, source, event_id)",
        agencies=[assertion.by.id for assertion in assertions],
        sources=[assertion.source for assertion in assertions],
        ids=[assertion.id for assertion in assertions],
    )
    return {(row.agency, row.source, row.event_id): Heard(row.digest, row.worker) for row in found}


async def workers_meant(work: UnitOfWork, assertions: Sequence[Assertion], persons: Persons) -> list[Worker]:
    """Lock the workers whom these are about, and make those who are new. One NIK is one worker, at however many desks."""
    claims = {assertion.claim.nik: assertion.claim for assertion in reversed(assertions) if assertion.claim}
    new = [persons.worker(uuid7(), claims[nik]) for nik in sorted(claims)]
    await work.insert(
        tables.Worker, [rows.of_new_worker(worker) for worker in new], "ON CONFLICT (nik_print) DO NOTHING"
    )
    return await lock_workers(
        work,
        niks={assertion.nik for assertion in assertions if assertion.nik},
        ids={assertion.worker for assertion in assertions if assertion.worker},
    )


async def lock_workers(work: UnitOfWork, *, ids: Iterable[UUID], niks: Iterable[bytes] = ()) -> list[Worker]:
    """Lock workers in the one order that all use, and only then read their present spells and cards."""
    found = await work.rows(
        "WITH meant AS (SELECT id FROM worker WHERE nik_print = ANY(CAST(:niks AS bytea[])) "
        "UNION SELECT unnest(CAST(:ids AS uuid[]))) "
        "SELECT worker.* FROM meant JOIN worker USING (id) ORDER BY nik_print FOR NO KEY UPDATE OF worker",
        niks=list(niks),
        ids=list(ids),
    )
    locked = [row.id for row in found]
    present = await work.rows(
        "SELECT w.id, c.issued_on AS card, s.* FROM worker AS w "
        "LEFT JOIN spell AS s ON s.worker = w.id AND s.number = w.spell "
        "LEFT JOIN jobseeker_card AS c ON c.worker = w.id AND c.current WHERE w.id = ANY(CAST(:ids AS uuid[]))",
        ids=locked,
    )
    spell_of = {row.id: rows.spell_in(row) for row in present if row.worker}
    card_of = {row.id: row.card for row in present}
    return [rows.worker_in(row, spell_of.get(row.id), card_of.get(row.id)) for row in found]


async def card_numbers(work: UnitOfWork, wanted: int) -> Iterator[int]:
    """Draw running numbers for cards. One that is not used in the end is left out for good."""
    if not wanted:
        return iter(())
    drawn = await work.rows("SELECT nextval('jobseeker_card_number') FROM generate_series(1, :wanted)", wanted=wanted)
    return (int(row[0]) for row in drawn)


async def keep(work: UnitOfWork, ruling: Ruling, workers: Iterable[Worker], persons: Persons) -> None:
    """Write down what was decided, and say it."""
    now = datetime.now(UTC)
    await work.update(tables.Worker, [rows.of_known_worker(worker) for worker in workers if worker.changed])
    # a spell that ends comes before the one that opens: the database lets no worker have two open ones
    spells = sorted(ruling.spells.values(), key=lambda spell: spell.number)
    sets = ", ".join(f"{name} = excluded.{name}" for name in (*rows.SPELL, "reports") if name != "number")
    await work.insert(
        tables.Spell, [rows.of_spell(spell) for spell in spells], f"ON CONFLICT (worker, number) DO UPDATE SET {sets}"
    )
    await _keep_cards(work, ruling.cards)
    await work.insert(
        tables.Assertion, [rows.of_assertion(assertion, fact, now, persons) for assertion, fact in ruling.kept]
    )
    work.announce(*ruling.said)


async def keep_steps(work: UnitOfWork, steps: Sequence[Event]) -> None:
    """Keep what another service said of workers, for their journeys."""
    await work.insert(tables.Step, [rows.of_step(step) for step in steps], "ON CONFLICT (id) DO NOTHING")


async def _keep_cards(work: UnitOfWork, issued: Sequence[JobseekerCardIssued]) -> None:
    """Keep cards. A worker's newest is the current one; those before it have run out."""
    if not issued:
        return
    newest = {card.worker: card.number for card in issued}
    await work.run(
        "UPDATE jobseeker_card SET current = false WHERE current AND worker = ANY(CAST(:ids AS uuid[]))",
        ids=list(newest),
    )
    await work.insert(
        tables.JobseekerCard, [rows.of_card(card, current=newest[card.worker] == card.number) for card in issued]
    )
