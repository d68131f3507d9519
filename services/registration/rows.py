"""How workers, spells, assertions, cards and steps stand in the database: the desk's own objects, as rows and back."""

from datetime import date, datetime
from typing import Any, Final

import msgspec
from uuid_utils.compat import uuid7

from services.registration.identity.people import Worker
from services.registration.identity.persons import Persons
from services.registration.posting.assertions import Assertion
from services.registration.spells import Report, Spell
from shared.events import NO_ENVELOPE, Event, JobseekerCardIssued, type_of

Row = dict[str, Any]
SPELL: Final = (
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
"""The columns of a spell that are its fields as they are."""


def of_new_worker(worker: Worker) -> Row:
    """Write a worker's row; the first spell opens in the same transaction."""
    return {"nik_print": worker.nik, "name_print": worker.name, **of_known_worker(worker)}


def of_known_worker(worker: Worker) -> Row:
    """Write what can change about a worker."""
    return {
        "id": worker.id,
        "birth_print": worker.birth,
        "sealed": worker.sealed,
        "contact": worker.contact,
        "region": worker.region,
        "review": worker.review,
        "spell": worker.spell.number if worker.spell else 1,
    }


def worker_in(row: Any, spell: Spell | None, card: date | None) -> Worker:  # noqa: ANN401  a row
    """Read a worker."""
    return Worker(
        id=row.id,
        nik=row.nik_print,
        name=row.name_print,
        birth=row.birth_print,
        region=row.region,
        sealed=row.sealed,
        contact=row.contact,
        review=list(row.review),
        spell=spell,
        card=card,
    )


def of_spell(spell: Spell) -> Row:
    """Write a spell's row."""
    fields = {name: getattr(spell, name) for name in SPELL}
    return {"worker": spell.worker, **fields, "reports": msgspec.to_builtins(spell.reports)}


def spell_in(row: Any) -> Spell:  # noqa: ANN401  a row
    """Read a spell."""
    fields = {name: getattr(row, name) for name in SPELL}
    return Spell(worker=row.worker, **fields, reports=msgspec.convert(row.reports, list[Report]))


def of_assertion(assertion: Assertion, fact: Event, now: datetime, persons: Persons) -> Row:
    """Write what an agency said, with all that it typed under seal."""
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


def of_card(card: JobseekerCardIssued, *, current: bool) -> Row:
    """Write a jobseeker's card."""
    return {
        "number": card.number,
        "worker": card.worker,
        "agency": card.agency,
        "issued_on": card.issued_on,
        "valid_until": card.valid_until,
        "current": current,
    }


def of_step(step: Event) -> Row:
    """Write what another service said of a worker."""
    return {
        "id": step.envelope.id,
        "worker": step.key,
        "at": step.envelope.at,
        "speaker": step.envelope.by.strip("/"),
        "type": type_of(type(step)),
        "data": msgspec.json.encode(msgspec.structs.replace(step, envelope=NO_ENVELOPE)).decode(),
    }
