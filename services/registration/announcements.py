"""The events that registration publishes about a worker's spell."""

from typing import Any

from services.registration.identity.worker import Worker
from services.registration.spells import Spell
from shared.events import ApplicationAmended, LayoffWithdrawn, RegistrationWithdrawn, WorkerRegistered


def _application(worker: Worker, spell: Spell) -> dict[str, Any]:
    """Give what training and placement need to know of an application."""
    return {
        "worker": worker.id,
        "spell": spell.number,
        "concerns": list(spell.concerns),
        "applied_on": spell.applied_on,
        "region": worker.region,
        "reach": spell.reach,
        "wants": list(spell.wants),
        "wishes": list(spell.wishes),
        "contact": worker.contact,
    }


def registered(worker: Worker, spell: Spell) -> WorkerRegistered:
    """Make the event of a spell that begins."""
    return WorkerRegistered(
        **_application(worker, spell), reason=spell.reason, agency=spell.agency, referred_by=spell.referred_by
    )


def amended(worker: Worker, spell: Spell) -> ApplicationAmended:
    """Make the event of a spell that a later report amended: it holds all that is known now."""
    return ApplicationAmended(**_application(worker, spell))


def withdrawn(spell: Spell, fact: LayoffWithdrawn) -> RegistrationWithdrawn:
    """Make the event of a spell that ended because its layoff was withdrawn."""
    return RegistrationWithdrawn(
        worker=spell.worker,
        spell=spell.number,
        concerns=list(spell.concerns),
        on=fact.on,
        reason=fact.reason,
        agency=fact.agency,
    )
