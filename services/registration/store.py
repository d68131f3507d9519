"""What the desk asks its database, each a constant number of statements whatever the batch."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from services.registration import tables
from services.registration.domain import Assertion, Heard, Ruling, Worker
from services.registration.persons import Persons
from services.registration.spells import Report, Spell
from shared.events import Event, type_of
from shared.work import Work

Key = tuple[UUID, str, str]
_SPELL = (
    "number",
    "state",
    "reason",
    "applied_on",
    "reach",
    "wants",
    "wishes",
    "agency",
    "referred_by",
    "concerns",
    "ended_on",
)


async def take_turns_with(work: Work, agencies: Iterable[UUID]) -> None:
    """Let no other desk hear these agencies until this transaction ends: one event id is judged once."""
    await work.rows(
        "SELECT id FROM agency WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR NO KEY UPDATE",
        ids=sorted(set(agencies)),
    )


async def heard_before(work: Work, assertions: Sequence[Assertion]) -> dict[Key, Heard]:
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


async def workers_meant(work: Work, assertions: Sequence[Assertion], persons: Persons) -> list[Worker]:
    """Lock the workers whom these are about, and make those who are new. One NIK is one worker, at however many desks."""
    claims = {assertion.claim.nik: assertion.claim for assertion in reversed(assertions) if assertion.claim}
    new = [persons.worker(uuid7(), claims[nik]) for nik in sorted(claims)]
    await work.insert(tables.Worker, [_worker_row(worker) for worker in new], "ON CONFLICT (nik_print) DO NOTHING")
    return await lock_workers(
        work,
        niks={assertion.nik for assertion in assertions if assertion.nik},
        ids={assertion.worker for assertion in assertions if assertion.worker},
    )


async def lock_workers(work: Work, *, ids: Iterable[UUID], niks: Iterable[bytes] = ()) -> list[Worker]:
    """Lock workers in the one order that all use, then read their present spells and cards."""
    found = await work.rows(
        "SELECT * FROM worker WHERE nik_print = ANY(CAST(:niks AS bytea[])) OR id = ANY(CAST(:ids AS uuid[])) "
        "ORDER BY nik_print FOR NO KEY UPDATE",
        niks=list(niks),
        ids=list(ids),
    )
    locked = [row.id for row in found]
    spells = await work.rows(
        "SELECT s.* FROM spell AS s JOIN worker AS w ON w.id = s.worker AND w.spell = s.number "
        "WHERE w.id = ANY(CAST(:ids AS uuid[]))",
        ids=locked,
    )
    cards = await work.rows(
        "SELECT worker, issued_on FROM jobseeker_card WHERE current AND worker = ANY(CAST(:ids AS uuid[]))", ids=locked
    )
    spell_of = {row.worker: _spell(row) for row in spells}
    card_of = {row.worker: row.issued_on for row in cards}
    return [
        Worker(
            id=row.id,
            nik=row.nik_print,
            name=row.name_print,
            birth=row.birth_print,
            region=row.region,
            sealed=row.sealed,
            contact=row.contact,
            review=list(row.review),
            spell=spell_of.get(row.id),
            card=card_of.get(row.id),
        )
        for row in found
    ]


async def card_numbers(work: Work, wanted: int) -> Iterator[int]:
    """Draw running numbers for cards. One that is not used in the end is left out for good."""
    if not wanted:
        return iter(())
    drawn = await work.rows("SELECT nextval('jobseeker_card_number') FROM generate_series(1, :wanted)", wanted=wanted)
    return (int(row[0]) for row in drawn)


async def keep(work: Work, ruling: Ruling, workers: Iterable[Worker], persons: Persons) -> None:
    """Write down what was decided, and say it."""
    await work.update(tables.Worker, [_changed(worker) for worker in workers if worker.changed])
    await _keep_spells(work, ruling)
    await _keep_cards(work, ruling)
    now = datetime.now(UTC)
    await work.insert(
        tables.Assertion, [_assertion_row(assertion, fact, now, persons) for assertion, fact in ruling.kept]
    )
    work.announce(*ruling.said)


async def keep_steps(work: Work, steps: Sequence[Event]) -> None:
    """Keep what another service said of workers, for their journeys."""
    rows = [
        {
            "id": step.said.id,
            "worker": step.key,
            "at": step.said.at,
            "speaker": step.said.by.strip("/"),
            "type": type_of(type(step)),
            "data": _without_envelope(step),
        }
        for step in steps
    ]
    await work.insert(tables.Step, rows, "ON CONFLICT (id) DO NOTHING")


async def _keep_spells(work: Work, ruling: Ruling) -> None:
    sets = ", ".join(f"{name} = excluded.{name}" for name in (*_SPELL, "reports") if name != "number")
    # a spell that ends comes before the one that opens: the database lets no worker have two open ones
    spells = sorted(ruling.spells.values(), key=lambda spell: spell.number)
    rows = [
        {
            "worker": spell.worker,
            **{name: getattr(spell, name) for name in _SPELL},
            "reports": msgspec.to_builtins(spell.reports),
        }
        for spell in spells
    ]
    await work.insert(tables.Spell, rows, f"ON CONFLICT (worker, number) DO UPDATE SET {sets}")


async def _keep_cards(work: Work, ruling: Ruling) -> None:
    if not ruling.cards:
        return
    # of several in one batch the last is the current one; those before it have run out
    newest = {card.worker: card.number for card in ruling.cards}
    await work.run(
        "UPDATE jobseeker_card SET current = false WHERE current AND worker = ANY(CAST(:ids AS uuid[]))",
        ids=list(newest),
    )
    rows = [
        {
            "number": card.number,
            "worker": card.worker,
            "agency": card.agency,
            "issued_on": card.issued_on,
            "valid_until": card.valid_until,
            "current": newest[card.worker] == card.number,
        }
        for card in ruling.cards
    ]
    await work.insert(tables.JobseekerCard, rows)


def _worker_row(worker: Worker) -> dict[str, Any]:
    return {"nik_print": worker.nik, "name_print": worker.name, **_changed(worker)}


def _changed(worker: Worker) -> dict[str, Any]:
    return {
        "id": worker.id,
        "birth_print": worker.birth,
        "sealed": worker.sealed,
        "contact": worker.contact,
        "region": worker.region,
        "review": worker.review,
        "spell": worker.spell.number if worker.spell else 1,
    }


def _spell(row: Any) -> Spell:  # noqa: ANN401  a row
    return Spell(
        worker=row.worker,
        **{name: getattr(row, name) for name in _SPELL},
        reports=msgspec.convert(row.reports, list[Report]),
    )


def _assertion_row(assertion: Assertion, fact: Event, now: datetime, persons: Persons) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "agency": assertion.by.id,
        "source": assertion.source,
        "event_id": assertion.id,
        "digest": assertion.digest,
        "type": type_of(type(fact)),
        "kind": getattr(fact, "kind", None),
        "subject": fact.key,
        "worker": fact.key if fact.about == "worker" else None,
        "sealed": persons.seal.seal(assertion.typed, about=fact.key),
        "received_at": now,
    }


def _without_envelope(step: Event) -> str:
    return msgspec.json.encode(step).decode()
