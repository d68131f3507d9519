"""The events that registration publishes about a worker's spell."""

from datetime import date
from typing import Any, Literal

from services.registration.identity.worker import Worker
from services.registration.spells import Claim, Reason, Spell
from shared.events import (
    ApplicationAmended,
    ClaimAdded,
    ClaimEnded,
    LayoffKindChanged,
    RegistrationWithdrawn,
    WorkerRegistered,
)
from shared.events.vocabulary import Slug, WithdrawalReason


def _spell(spell: Spell) -> dict[str, Any]:
    return {"worker": spell.worker, "spell": spell.number, "concerns": list(spell.concerns)}


def _application(worker: Worker, spell: Spell) -> dict[str, Any]:
    """Give what training and placement need to know of an application."""
    return {
        **_spell(spell),
        "applied_on": spell.applied_on,
        "region": worker.region,
        "reach": spell.reach,
        "wants": list(spell.wants),
        "wishes": list(spell.wishes),
        "contact": worker.contact,
        "restricted": worker.restricted,
    }


def registered(worker: Worker, spell: Spell) -> WorkerRegistered:
    """Make the event of a spell that begins."""
    return WorkerRegistered(
        **_application(worker, spell), reason=spell.reason, agency=spell.agency, referred_by=spell.referred_by
    )


def amended(worker: Worker, spell: Spell) -> ApplicationAmended:
    """Make the event of a spell that a later claim amended: it holds all that is known now."""
    return ApplicationAmended(**_application(worker, spell))


def claim_added(spell: Spell, claim: Claim) -> ClaimAdded:
    """Make the event of another agency's claim."""
    return ClaimAdded(**_spell(spell), agency=claim.agency, kind=claim.reason, on=claim.on, employer=claim.employer)


def claim_ended(spell: Spell, agency: Slug, how: Literal["withdrawn", "contested"], on: date) -> ClaimEnded:
    """Make the event of a claim that no longer stands, while others do."""
    return ClaimEnded(**_spell(spell), agency=agency, reason="contested" if how == "contested" else "taken-back", on=on)


def kind_changed(spell: Spell, before: Reason, agency: Slug, on: date) -> LayoffKindChanged:
    """Make the event of a spell that has another reason now."""
    return LayoffKindChanged(**_spell(spell), agency=agency, kind=spell.reason, before=before, on=on)


def withdrawn(spell: Spell, agency: Slug, reason: WithdrawalReason, on: date) -> RegistrationWithdrawn:
    """Make the event of a spell that ended because no claim stands, or because the worker's office said so."""
    return RegistrationWithdrawn(**_spell(spell), on=on, reason=reason, agency=agency)
