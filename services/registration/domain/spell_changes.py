"""How a worker's spell opens, is amended and ends, and which events say so."""

from datetime import date
from typing import Literal

from services.registration import announcements
from services.registration.domain.decisions import Decisions
from services.registration.identity.worker import Worker
from services.registration.spells import Claim, Spell, opened
from shared.events import ClaimContested, LayoffWithdrawn, WorkerPlaced
from shared.events.vocabulary import Slug, WithdrawalReason


def register(worker: Worker, claim: Claim, decisions: Decisions, *, also_changed: bool = False) -> None:
    """Open a spell, or amend the open one. `also_changed` says that the worker's region or contacts changed too."""
    spell = worker.spell
    if spell is None or not spell.is_open:
        worker.changed = worker.changed or spell is not None  # a new worker's row says already that it is the first
        worker.spell = spell = opened(worker.id, spell.number + 1 if spell else 1, claim)
        decisions.events.append(announcements.registered(worker, spell))
    else:
        _amend(worker, spell, claim, decisions, also_changed=also_changed)
    decisions.keep(spell)


def add_late(spell: Spell, claim: Claim, decisions: Decisions) -> None:
    """Keep a claim about a spell that has ended: it gives its agency a relation, and has no other effect."""
    is_new = claim.agency not in spell.concerns
    spell.keep(claim)
    if is_new:
        spell.concerns.append(claim.agency)
        decisions.events.append(announcements.claim_added(spell, claim))
    decisions.keep(spell)


def withdraw_claims(worker: Worker, fact: LayoffWithdrawn, heard_on: date, decisions: Decisions) -> None:
    """End the claims of the agency that says so; with the last claim the spell ends by withdrawal."""
    _end_claims(worker, fact.agency, "withdrawn", fact.on, decisions)
    if worker.spell is not None and not worker.spell.standing:
        end_withdrawn(worker, fact.agency, fact.reason, fact.on, heard_on, decisions)


def contest_claims(worker: Worker, fact: ClaimContested, heard_on: date, decisions: Decisions) -> None:
    """End the claims that the worker denies; with the last claim the spell ends by withdrawal."""
    _end_claims(worker, fact.claimant, "contested", fact.on, decisions)
    if worker.spell is not None and worker.spell.is_open and not worker.spell.standing:
        end_withdrawn(worker, fact.agency, "reported-in-error", fact.on, heard_on, decisions)


def _end_claims(
    worker: Worker, agency: Slug, how: Literal["withdrawn", "contested"], on: date, decisions: Decisions
) -> None:
    spell = worker.spell
    if spell is None or not any(claim.agency == agency for claim in spell.standing):
        return
    before = spell.reason
    spell.end_claims(agency, how, on)
    decisions.keep(spell)
    if how == "contested" or spell.standing:
        decisions.events.append(announcements.claim_ended(spell, agency, how, on))
    if spell.reason != before:
        decisions.events.append(announcements.kind_changed(spell, before, agency, on))


def end_withdrawn(
    worker: Worker, agency: Slug, why: WithdrawalReason, on: date, heard_on: date, decisions: Decisions
) -> None:
    """End the spell by withdrawal. Claims of a later day open the next one."""
    spell = worker.spell
    if spell is None:
        return
    later = spell.end("withdrawn", on, heard_on)
    decisions.keep(spell)
    decisions.events.append(announcements.withdrawn(spell, agency, why, on))
    for claim in later:
        register(worker, claim, decisions)


def end_placed(worker: Worker, placed: WorkerPlaced, heard_on: date, decisions: Decisions) -> None:
    """End the spell in which the worker was placed. If it was open, claims of a later day open the next one."""
    spell = worker.spell
    if spell is None or spell.number != placed.spell or spell.state == "placed":
        return
    was_open = spell.is_open
    later = spell.end("placed", placed.on, heard_on)
    decisions.keep(spell)
    for claim in later if was_open else ():
        register(worker, claim, decisions)


def _amend(worker: Worker, spell: Spell, claim: Claim, decisions: Decisions, *, also_changed: bool) -> None:
    def told() -> tuple[object, ...]:
        return list(spell.wants), list(spell.wishes), spell.reach, spell.applied_on

    told_before, claimants, reason = told(), list(spell.concerns), spell.reason
    spell.add(claim)
    if claim.agency not in claimants:
        decisions.events.append(announcements.claim_added(spell, claim))
    if spell.reason != reason:
        decisions.events.append(announcements.kind_changed(spell, reason, claim.agency, claim.on))
    if also_changed or told() != told_before:
        decisions.events.append(announcements.amended(worker, spell))
