"""What the desk says of a worker, from what it knows now."""

from services.registration.identity.people import Worker
from services.registration.spells import Spell
from shared.events import ApplicationAmended, LayoffWithdrawn, RegistrationWithdrawn, WorkerRegistered


def registered(worker: Worker, spell: Spell) -> WorkerRegistered:
    """Say that a spell begins."""
    return WorkerRegistered(
        worker=worker.id,
        spell=spell.number,
        concerns=list(spell.concerns),
        reason=spell.reason,
        applied_on=spell.applied_on,
        region=worker.region,
        reach=spell.reach,
        wants=list(spell.wants),
        wishes=list(spell.wishes),
        agency=spell.agency,
        referred_by=spell.referred_by,
        contact=worker.contact,
    )


def amended(worker: Worker, spell: Spell) -> ApplicationAmended:
    """Say what is so now, after a later report of the same spell."""
    return ApplicationAmended(
        worker=worker.id,
        spell=spell.number,
        concerns=list(spell.concerns),
        applied_on=spell.applied_on,
        region=worker.region,
        reach=spell.reach,
        wants=list(spell.wants),
        wishes=list(spell.wishes),
        contact=worker.contact,
    )


def withdrawn(spell: Spell, fact: LayoffWithdrawn) -> RegistrationWithdrawn:
    """Say that a spell was undone."""
    return RegistrationWithdrawn(
        worker=spell.worker,
        spell=spell.number,
        concerns=list(spell.concerns),
        on=fact.on,
        reason=fact.reason,
        agency=fact.agency,
    )
