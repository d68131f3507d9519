"""The events that registration publishes about a worker's spell."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Self
from uuid import UUID

from services.registration import cards
from services.registration.claims import Claim, Reason
from services.registration.domain.decisions import Turn
from services.registration.identity.worker import Worker
from services.registration.spells import Spell
from shared.events import (
    ApplicationAmended,
    ClaimAdded,
    ClaimEnded,
    Event,
    LayoffKindChanged,
    RegistrationReinstated,
    RegistrationWithdrawn,
    WorkerMerged,
    WorkerRegistered,
    WorkerSplit,
)
from shared.events.vocabulary import Slug, WithdrawalReason
from shared.merges import Merged


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of a spell before it changed: its state, whom it concerned, its reason, and what the worker sought."""

    state: str
    concerns: list[Slug]
    reason: Reason
    sought: tuple[object, ...]

    @classmethod
    def of(cls, spell: Spell) -> Self:
        """Note down what was told of a spell."""
        sought = list(spell.wants), list(spell.wishes), spell.reach, spell.applied_on
        return cls(spell.state, list(spell.concerns), spell.reason, sought)


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
        "birth_year": worker.birth_year,
        "sex": worker.sex,
        "card_until": None if worker.card is None else cards.good_until(worker.card),
    }


def registered(worker: Worker, spell: Spell, position: int | None = None) -> WorkerRegistered:
    """Make the event of a spell that begins; `position` is the place in line, where it is another than the event's own."""
    return WorkerRegistered(
        **_application(worker, spell),
        position=position,
        reason=spell.reason,
        agency=spell.agency,
        referred_by=spell.referred_by,
        without_work_since=_without_work_since(spell),
    )


def _without_work_since(spell: Spell) -> date | None:
    """Give the day of the first report that is not retracted, of a worker who was registered before."""
    return spell.said[0].on if spell.number > 1 and spell.said else None


def amended(worker: Worker, spell: Spell, position: int | None = None) -> ApplicationAmended:
    """Make the event of a spell that a later claim amended: it holds all that is known now; `position` is a new place in line."""
    return ApplicationAmended(**_application(worker, spell), position=position)


def reinstated(worker: Worker, spell: Spell, *, keeps_place: bool) -> RegistrationReinstated:
    """Make the event of a spell that goes on after its withdrawal was retracted: `agency` is the first whose claim stands."""
    return RegistrationReinstated(
        **_application(worker, spell),
        agency=spell.standing[0].agency,
        keeps_place=keeps_place,
        without_work_since=_without_work_since(spell),
    )


def claim_added(spell: Spell, claim: Claim) -> ClaimAdded:
    """Make the event of another agency's claim."""
    return ClaimAdded(**_spell(spell), agency=claim.agency, kind=claim.reason, on=claim.on, employer=claim.employer)


def claim_ended(spell: Spell, agency: Slug, how: Literal["withdrawn", "contested"], on: date) -> ClaimEnded:
    """Make the event of an agency's claim that no longer stands."""
    return ClaimEnded(**_spell(spell), agency=agency, reason="contested" if how == "contested" else "taken-back", on=on)


def kind_changed(spell: Spell, before: Reason, agency: Slug, on: date) -> LayoffKindChanged:
    """Make the event of a spell that has another reason now."""
    return LayoffKindChanged(**_spell(spell), agency=agency, kind=spell.reason, before=before, on=on)


def withdrawn(spell: Spell, agency: Slug, reason: WithdrawalReason, on: date) -> RegistrationWithdrawn:
    """Make the event of a spell that ended because no claim stands, or because the worker's office said so."""
    return RegistrationWithdrawn(**_spell(spell), on=on, reason=reason, agency=agency)


def changes(spell: Spell, before: Told, agency: Slug, on: date) -> Iterator[Event]:
    """Make the events that say whose claims of a spell stand now, or no longer, and what its reason is, as `agency` said on a day."""
    for claim in {claim.agency: claim for claim in reversed(spell.standing)}.values():
        if claim.agency not in before.concerns:
            yield claim_added(spell, claim)
    for gone in before.concerns:
        if gone not in spell.concerns:
            yield claim_ended(spell, gone, "withdrawn", on)
    if spell.reason != before.reason:
        yield kind_changed(spell, before.reason, agency, on)


def merged(spell: Spell, into: UUID, into_spell: int | None, turn: Turn, agency: Slug, on: date) -> WorkerMerged:
    """Make the event of an id that means another worker; `spell` is its own worker's last. Those whom it concerns are told."""
    concerns = [] if into_spell is None else list(spell.concerns)
    return WorkerMerged(
        worker=spell.worker,
        spell=spell.number,
        concerns=concerns,
        number=turn.number,
        follows=turn.follows,
        into=into,
        into_spell=into_spell,
        agency=agency,
        on=on,
    )


def split(spell: Spell, was: Merged, former: Spell | None, turn: Turn, agency: Slug, on: date) -> WorkerSplit:
    """Make the event of an id that means its own worker again; `former` is the spell as which the worker's went on."""
    return WorkerSplit(
        **_spell(spell),
        number=turn.number,
        follows=turn.follows,
        is_open=spell.is_open,
        former=was.person,
        former_spell=was.person_spell,
        former_is_open=former is not None and former.is_open,
        agency=agency,
        on=on,
    )
