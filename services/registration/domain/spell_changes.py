"""How a worker's spell opens, is amended and ends, and which events say so."""

from collections.abc import Mapping
from datetime import date
from typing import Literal
from uuid import UUID

from services.registration import announcements
from services.registration.announcements import Told
from services.registration.claims import Claim
from services.registration.domain.decisions import Decisions
from services.registration.identity.worker import Worker
from services.registration.spells import Spell, opened
from shared.events import ClaimContested, LayoffWithdrawn, PlacementVoided, WorkerPlaced
from shared.events.vocabulary import Slug, WithdrawalReason


def register(worker: Worker, claim: Claim, decisions: Decisions, *, also_changed: bool = False) -> None:
    """Open a spell, or amend the open one.

    With `also_changed` other services are told even if the claim changes nothing: the region or the contacts are others, or the worker
    came to the office again.
    """
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


def spells_of_placement(named: Worker, placed: WorkerPlaced | PlacementVoided) -> list[tuple[UUID, int]]:
    """Name the spells that a placement ends, by worker and number: the one that it names, and the one as which that goes on."""
    joint = named.merged.joint if named.merged and named.merged.spell == placed.spell else None
    return [(named.id, placed.spell), *([joint] if joint else [])]


def end_placed(
    people: Mapping[UUID, Worker],
    past: Mapping[tuple[UUID, int], Spell],
    placed: WorkerPlaced,
    heard_on: date,
    decisions: Decisions,
) -> None:
    """End the spell in which a worker was placed. If it was open, claims of a later day open the next one.

    A `past` spell that was withdrawn ends by the placement instead: the desk heard of the next time without work first.
    """
    said, *joint = spells_of_placement(people[placed.worker], placed)
    spell = _spell(said, people, past)
    if spell is None or spell.placed_on is not None:
        return
    spell.placed_on = placed.on
    decisions.keep(spell)
    key = joint[0] if joint else said
    spell = _spell(key, people, past)
    if spell is None or spell.state in ("placed", "merged"):
        return
    was_open = spell.is_open
    later = spell.end("placed", placed.on, heard_on)
    decisions.keep(spell)
    for claim in later if was_open else ():
        register(people[key[0]], claim, decisions)


def _spell(
    key: tuple[UUID, int], people: Mapping[UUID, Worker], past: Mapping[tuple[UUID, int], Spell]
) -> Spell | None:
    worker, number = key
    present = people[worker].spell
    return present if present is not None and present.number == number else past.get(key)


def _amend(worker: Worker, spell: Spell, claim: Claim, decisions: Decisions, *, also_changed: bool) -> None:
    before = Told.of(spell)
    spell.add(claim)
    tell_changes(worker, spell, before, claim.agency, claim.on, decisions, also_changed=also_changed)


def tell_changes(
    worker: Worker,
    spell: Spell,
    before: Told,
    agency: Slug,
    on: date,
    decisions: Decisions,
    *,
    also_changed: bool = False,
    position: int | None = None,
) -> None:
    """Say what is so of a spell now, as `agency` said on a day: whose claims stand, why, and what the worker seeks.

    `position` is a new place in line.
    """
    decisions.events += announcements.changes(spell, before, agency, on)
    changed = also_changed or position is not None or Told.of(spell).sought != before.sought
    if changed and spell.may_go_on:
        decisions.events.append(announcements.amended(worker, spell, position))
