"""Writes workers, spells, assertions, cards and steps as rows of their tables, and reads workers and spells back."""

from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final

import msgspec
from sqlalchemy import Row

from services.registration.claims import Claim
from services.registration.identity.data_keys import DataKey
from services.registration.identity.sealing import ASSERTION
from services.registration.identity.worker import Worker
from services.registration.posting.assertions import Assertion
from services.registration.spells import Spell
from shared.events import Event, JobseekerCardIssued, type_of
from shared.events.envelope import data_of
from shared.merges import Merged
from shared.sealing import Cipher

Values = dict[str, Any]
"""Column -> value."""
SPELL_FIELDS: Final = (
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
    "heard_on",
    "placed_on",
    "withdrawn_on",
)
"""The columns of a spell that hold its fields unchanged."""
_SPELL_VALUES: Final = attrgetter(*SPELL_FIELDS)


def of_worker(worker: Worker) -> Values:
    """Write a worker's row; a new worker's first spell opens in the same transaction."""
    return {
        "id": worker.id,
        "nik_print": worker.nik,
        "name_print": worker.name,
        "birth_print": worker.birth,
        "person_print": worker.person,
        "phone_print": worker.phone,
        "sealed": worker.sealed,
        "contact": worker.contact,
        "birth_year": worker.birth_year,
        "sex": worker.sex,
        "region": worker.region,
        "spell": worker.spell.number if worker.spell else 1,
    }


def worker_in(
    row: Row[Any], spell: Spell | None, card: date | None, key: DataKey | None, merged: Merged | None = None
) -> Worker:
    """Read a worker."""
    return Worker(
        id=row.id,
        nik=row.nik_print,
        name=row.name_print,
        birth=row.birth_print,
        person=row.person_print,
        phone=row.phone_print,
        region=row.region,
        sealed=row.sealed,
        contact=row.contact,
        birth_year=row.birth_year,
        sex=row.sex,
        spell=spell,
        card=card,
        key=key,
        restricted=row.restricted,
        merged=merged,
        lent=list(row.lent),
        latest_merge=row.latest_merge,
    )


def merged_in(row: Row[Any]) -> Merged:
    """Read whom a worker's id means."""
    return Merged(row.id, row.spell, row.into_worker, row.into_spell, row.person, row.joint_worker, row.joint_spell)


def of_spell(spell: Spell) -> Values:
    """Write a spell's row."""
    fields = dict(zip(SPELL_FIELDS, _SPELL_VALUES(spell), strict=True))
    return {"worker": spell.worker, **fields, "claims": msgspec.json.encode(spell.claims).decode()}


def spell_in(row: Row[Any]) -> Spell:
    """Read a spell."""
    fields = {name: getattr(row, name) for name in SPELL_FIELDS}
    return Spell(worker=row.worker, **fields, claims=msgspec.convert(row.claims, list[Claim]))


def of_assertion(
    assertion: Assertion, fact: Event, now: datetime, today: date, cipher: Cipher, *, unnamed: bool
) -> Values:
    """Write what an agency said; all that it typed is sealed. What is `unnamed`, for a review or as a walk-in, names its worker as `subject` alone."""
    return {
        "id": assertion.row,
        "agency": assertion.poster.id,
        "member": assertion.poster.member,
        "source": assertion.source,
        "event_id": assertion.id,
        "digest": assertion.digest,
        "type": type_of(type(fact)),
        "kind": getattr(fact, "kind", None),
        "subject": fact.key,
        "worker": fact.key if fact.about == "worker" and not unnamed else None,
        "sealed": cipher.seal(assertion.content, about=fact.key, **ASSERTION),
        "received_at": now,
        "said_on": today,
    }


def of_card(card: JobseekerCardIssued, *, current: bool) -> Values:
    """Write a jobseeker's card."""
    return {
        "number": card.number,
        "worker": card.worker,
        "agency": card.agency,
        "issued_on": card.issued_on,
        "valid_until": card.valid_until,
        "current": current,
        "named": None,
    }


def of_step(step: Event) -> Values:
    """Write what another service said of a worker."""
    return {
        "id": step.envelope.id,
        "worker": step.key,
        "at": step.envelope.at,
        "speaker": step.envelope.by.strip("/"),
        "type": type_of(type(step)),
        "data": data_of(step),
    }
