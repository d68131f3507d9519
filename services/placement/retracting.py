"""What placement does about a hire, a recall, a business or a decline that was retracted, and about facts that count in its place."""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from services.placement.agency_facts import decline, end_spell, hire
from services.placement.casebook import Casebook
from services.placement.domain.entities import Placement, Referral, Vacancy
from shared.events import (
    BusinessStarted,
    Fact,
    HireConfirmed,
    HireDeclined,
    HireRefused,
    OutcomeRefused,
    PlacementVoided,
    WorkerFactRetracted,
    WorkerRecalled,
    type_of,
)
from shared.events.vocabulary import Outcome

OUTCOMES: Final[dict[str, Outcome]] = {
    type_of(HireConfirmed): "hired",
    type_of(WorkerRecalled): "recalled",
    type_of(BusinessStarted): "self-employed",
}
ABOUT_PLACEMENTS: Final = {*OUTCOMES, type_of(HireDeclined)}
"""The types of facts whose retraction concerns placement."""
DECLINED: Final = ("declined-by-employer", "declined-by-worker")
REFUSALS: Final = (HireRefused, OutcomeRefused)
Placements = Mapping[tuple[UUID, int], Placement]


def retract(book: Casebook, event: WorkerFactRetracted, placements: Placements) -> None:
    """Undo what a fact did, if it did anything: a worker is not placed, or a referral is not declined."""
    if event.retracts not in OUTCOMES:
        _void_decline(book, event)
        return
    for placement in placements.values():
        if _rests_on(book, placement, event):
            _unplace(book, placement, placements, event.envelope.id)


def of_present_spells(book: Casebook, facts: Iterable[Fact]) -> list[Fact]:
    """Leave out what was said in a past spell. The position says so only until it is that of a reinstatement."""
    return [
        fact
        for fact in facts
        if (candidate := book.holder(fact.key)) is not None and fact.envelope.position > candidate.position
    ]


def apply_kept(book: Casebook, facts: Iterable[Fact]) -> list[UUID]:
    """Apply facts that had no effect when they were heard. Gives those that have one now; the others say nothing again."""
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
            case _:
                continue
        if all(isinstance(each, REFUSALS) for each in book.events[said:]):
            del book.events[said:], book.without_effect[kept:]
        else:
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


def _unplace(book: Casebook, placement: Placement, placements: Placements, fact: UUID) -> None:
    person, spell = book.meant(placement.worker, placement.spell)
    candidate, own = book.candidates.get(person), book.candidates[placement.worker]
    book.unplaced.append((placement.worker, placement.spell))
    vacancy = book.vacancies.get(placement.vacancy) if placement.vacancy else None
    concerns = candidate.concerns if candidate else own.concerns
    book.events.append(
        PlacementVoided(
            worker=placement.worker,
            spell=placement.spell,
            concerns=concerns,
            outcome=placement.outcome,
            on=placement.placed_on,
            agency=placement.agency,
            vacancy=placement.vacancy,
            code=vacancy.code if vacancy else None,
        )
    )
    stands = any(key not in book.unplaced and book.meant(*key) == (person, spell) for key in placements)
    for each, number in ((own, placement.spell), (candidate, spell)):
        if each is None or (each is candidate and stands):
            continue
        if each.spell == number and each.state == "placed":
            each.state = "withdrawn" if each.is_over else "looking"
            each.judge()
            book.match_again(each)
    if vacancy is not None and (referral := _hired(book, placement.worker, vacancy)) is not None:
        book.give_up_opening(referral, fact)
    if candidate is not None and candidate.state == "looking" and candidate.spell == spell:
        book.reopen_of(candidate)


def _hired(book: Casebook, worker: UUID, vacancy: Vacancy) -> Referral | None:
    """Give the referral that became the hire: the worker's own, or one that was made under another id."""
    ids = (worker, *book.merges.members(book.merges.person(worker)))
    found = (book.referrals.get((id, vacancy.id)) for id in ids)
    return next((each for each in found if each is not None and each.state == "hired"), None)


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
