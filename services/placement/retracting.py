"""What placement does about a hire, a recall, a business, a decline or evidence that was retracted, and about facts that count in its place."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from services.placement import evidence
from services.placement.agency_facts import decline, end_spell, hire
from services.placement.casebook import Casebook
from services.placement.domain.entities import Placement
from services.placement.placements import placement_meant, referral_behind, told, walk_in_meant
from shared.events import (
    BusinessStarted,
    EmploymentEnded,
    EvidenceRefused,
    Fact,
    HireConfirmed,
    HireDeclined,
    HireRefused,
    OutcomeRefused,
    PlacementConfirmed,
    PlacementContested,
    PlacementDenied,
    PlacementVoided,
    WalkInReported,
    WorkerFactRetracted,
    WorkerRecalled,
    type_of,
)
from shared.events.vocabulary import Outcome

OUTCOMES: Final[dict[str, Outcome]] = {
    type_of(HireConfirmed): "hired",
    type_of(WalkInReported): "hired",
    type_of(WorkerRecalled): "recalled",
    type_of(BusinessStarted): "self-employed",
}
ABOUT_PLACEMENTS: Final = {*OUTCOMES, *evidence.KINDS, type_of(HireDeclined)}
"""The types of facts whose retraction concerns placement."""
DECLINED: Final = ("declined-by-employer", "declined-by-worker")
REFUSALS: Final = (EvidenceRefused, HireRefused, OutcomeRefused)


def retract(book: Casebook, event: WorkerFactRetracted) -> None:
    """Undo what a fact did, if it did anything: a worker is not placed, a referral is not declined, or a placement has other evidence."""
    if event.retracts in evidence.KINDS:
        evidence.take_back(book, event)
        _let_walk_ins_wait(book, event)
        return
    if event.fact in book.walk_ins:
        book.void_walk_ins.add(event.fact)
    if event.retracts not in OUTCOMES:
        _void_decline(book, event)
        return
    for placement in list(book.placements.values()):
        if _rests_on(book, placement, event):
            unplace(book, placement, event.envelope.id)


def deny(book: Casebook, fact: PlacementDenied) -> str | None:
    """Let what the worker's office denies be no placement: a walk-in that waits for its word, or the placement that is meant.

    Gives the agency whose word on a placement was denied.
    """
    walk_in = walk_in_meant(book, fact.worker, fact.said_by)
    placement = None if walk_in else placement_meant(book, fact.worker, fact.said_by)
    if placement is not None:
        unplace(book, placement, fact.envelope.id)
        walk_in = book.walk_ins.get(placement.fact) if placement.fact else None
        if placement.vacancy:
            book.reopen_lost([placement.vacancy], "vacancy-filled")
    if walk_in is not None:
        walk_in.state = "denied"
        book.changed_walk_ins.add(walk_in.id)
    if placement is None and walk_in is None:
        evidence.refuse(book, fact)
    return placement.agency if placement else None


def _let_walk_ins_wait(book: Casebook, event: WorkerFactRetracted) -> None:
    """Let a walk-in be no placement any longer of which no confirmation is left."""
    for placement in list(book.placements.values()):
        walk_in = book.walk_ins.get(placement.fact) if placement.fact else None
        is_confirmed = any(each.kind == "confirmed" and (each.decides or each.by_worker) for each in placement.evidence)
        if walk_in is not None and not is_confirmed:
            unplace(book, placement, event.envelope.id)
            walk_in.state = "reported"
            book.changed_walk_ins.add(walk_in.id)


def of_present_spells(book: Casebook, facts: Iterable[Fact]) -> list[Fact]:
    """Leave out what was said in a past spell. The position says so only until it is that of a reinstatement."""
    return [
        fact
        for fact in facts
        if (candidate := book.holder(fact.key)) is not None and fact.envelope.position > candidate.position
    ]


def apply_kept(book: Casebook, facts: Iterable[Fact]) -> list[UUID]:
    """Apply facts that had no effect when they were heard. Gives those that have one now; the others say nothing again.

    Evidence is kept in any case: it may be about another placement later.
    """
    counted = []
    for fact in facts:
        said, kept = len(book.events), len(book.without_effect)
        match fact:
            case HireConfirmed():
                hire(book, fact)
            case HireDeclined():
                decline(book, fact)
            case WorkerRecalled() | BusinessStarted():
                end_spell(book, fact)
            case PlacementConfirmed() | PlacementContested() | EmploymentEnded():
                evidence.add(book, fact, kept=True)
            case _:
                continue
        if all(isinstance(each, REFUSALS) for each in book.events[said:]):
            del book.events[said:], book.without_effect[kept:]
        elif not isinstance(fact, evidence.Spoken):
            counted.append(fact.envelope.id)
    return counted


def _rests_on(book: Casebook, placement: Placement, event: WorkerFactRetracted) -> bool:
    """Whether it is this fact that placed the worker; of one from before facts were noted down, what it said tells."""
    if placement.fact is not None:
        return placement.fact == event.fact
    person = book.merges.person
    said = person(event.worker), OUTCOMES[event.retracts], event.said_by, event.said_on, event.vacancy
    noted = placement.outcome, placement.agency, placement.placed_on, placement.vacancy
    return said == (person(placement.worker), *noted)


def unplace(book: Casebook, placement: Placement, fact: UUID) -> None:
    """Let a placement be void, as an event says: its spell goes on, and the opening of a hire is free, or held as before."""
    person, spell = book.meant(placement.worker, placement.spell)
    candidate, own = book.candidates.get(person), book.candidates[placement.worker]
    del book.placements[placement.worker, placement.spell]
    book.unplaced.append((placement.worker, placement.spell))
    book.events.append(PlacementVoided(**told(book, placement)))
    stands = any(book.meant(*key) == (person, spell) for key in book.placements)
    for each, number in ((own, placement.spell), (candidate, spell)):
        if each is None or (each is candidate and stands):
            continue
        if each.spell == number and each.state == "placed":
            each.state = "withdrawn" if each.is_over else "looking"
            each.judge()
            book.match_again(each)
    referral = referral_behind(book, placement)
    if referral is not None and (referral.state == "hired") != placement.freed:
        book.give_up_opening(referral, fact)
    if candidate is not None and candidate.state == "looking" and candidate.spell == spell:
        book.reopen_of(candidate)


def _void_decline(book: Casebook, event: WorkerFactRetracted) -> None:
    """Open the referral again if its opening is free and the worker looks for work; otherwise its opening went to another.

    Of a late hire it is remembered that the referral would be open without it.
    """
    referral = book.referral_of(event.worker, event.vacancy) if event.vacancy else None
    if referral is None or referral.fact not in (None, event.fact):
        return
    if referral.lapsed_before in DECLINED:
        referral.lapsed_before = referral.fact = None
        book.changed_referrals[referral.id] = referral
    elif referral.reason in DECLINED:
        book.undo_end(referral, event.envelope.id, otherwise="vacancy-filled")
