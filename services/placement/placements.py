"""Placements in a casebook: how a worker is placed, which placement or walk-in a word is about, and when a hire holds its opening."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple, Self
from uuid import UUID

from uuid_utils.compat import uuid7

from services.placement.casebook import Casebook
from services.placement.domain.areas import route_of
from services.placement.domain.entities import Candidate, Placement, Referral, Vacancy, WalkIn
from services.placement.domain.evidence import Evidence
from shared.events import NO_ENVELOPE, BusinessStarted, HireConfirmed, WorkerPlaced, WorkerRecalled, chosen_id
from shared.events.vocabulary import Grade, Outcome


class Said(NamedTuple):
    """Who said that a worker works again, by which event, from which day, and what that is worth."""

    fact: UUID
    agency: str
    on: date
    grade: Grade
    employer: str | None = None

    @classmethod
    def by(cls, fact: HireConfirmed | WorkerRecalled | BusinessStarted) -> Self:
        """Note down who said a fact."""
        return cls(fact.envelope.id, fact.agency, fact.on, fact.grade, getattr(fact, "employer", None))


def place(
    book: Casebook,
    candidate: Candidate,
    said: Said,
    outcome: Outcome,
    where: Vacancy | WalkIn | None = None,
    *,
    named: UUID,
    evidence: Sequence[Evidence] = (),
) -> None:
    """End a worker's spell: with a hire where there is a vacancy or a walk-in, and otherwise at the old job or in a business.

    It is said of the id that was `named`, if the spell is that one's too. It is announced under an id that is kept: what is told of it
    names that id.
    """
    book.end_referral(candidate, "placed")
    merged = book.merges.get(named)
    worker, spell = candidate.worker, candidate.spell
    if merged is not None and merged.person_spell == spell:
        worker, spell = named, merged.spell
    for each in (candidate, book.candidates[worker]):
        each.state = "placed"
        book.changed_candidates.add(each.worker)
    placement = Placement(
        worker=worker,
        spell=spell,
        outcome=outcome,
        placed_on=said.on,
        agency=said.agency,
        vacancy=where.id if isinstance(where, Vacancy) else None,
        employer=where.employer if where else said.employer,
        region=where.region if where else None,
        country=where.country if where else None,
        route=route_of(candidate.region, where) if where else None,
        fact=said.fact,
        said=uuid7(),
        at_first=said.grade,
        evidence=[*evidence],
    )
    placement.judge()
    book.placements[worker, spell] = placement
    book.placed.append(placement)
    book.events.append(
        WorkerPlaced(
            **told(book, placement),
            employer=placement.employer,
            region=placement.region,
            country=placement.country,
            route=placement.route,
            grade=placement.grade,
            envelope=chosen_id(placement.said) if placement.said else NO_ENVELOPE,
        )
    )


def told(book: Casebook, placement: Placement) -> dict[str, Any]:
    """Give what every event about a placement says: whose it is, whom it concerns, and who said what."""
    candidate = book.holder(placement.worker) or book.candidates.get(placement.worker)
    vacancy = book.vacancies.get(placement.vacancy) if placement.vacancy else None
    return {
        "worker": placement.worker,
        "spell": placement.spell,
        "concerns": candidate.concerns if candidate else [],
        "outcome": placement.outcome,
        "on": placement.placed_on,
        "agency": placement.agency,
        "vacancy": placement.vacancy,
        "code": vacancy.code if vacancy else None,
    }


def placement_meant(
    book: Casebook, worker: UUID, said_by: str | None = None, *, begun_by: date | None = None
) -> Placement | None:
    """Give the worker's latest placement: that of the agency which is named, of those that had begun by a day."""
    ids = set(book.merges.members(book.merges.person(worker)))
    own = [
        each
        for each in book.placements.values()
        if each.worker in ids and said_by in (None, each.agency) and (begun_by is None or each.placed_on <= begun_by)
    ]
    return max(own, key=lambda each: (each.placed_on, each.spell), default=None)


def walk_in_meant(book: Casebook, worker: UUID, said_by: str | None) -> WalkIn | None:
    """Give the worker's latest walk-in that waits for a word: of one who is not placed, or that of the agency which is named."""
    candidate = book.holder(worker)
    if candidate is None or (said_by is None and candidate.state in ("placed", "withdrawn")):
        return None
    ids = set(book.merges.members(candidate.worker))
    waiting = [
        each
        for each in book.walk_ins.values()
        if each.worker in ids and each.state == "reported" and said_by in (None, each.agency)
    ]
    return max(waiting, key=lambda each: (each.placed_on, each.id), default=None)


def referral_behind(book: Casebook, placement: Placement) -> Referral | None:
    """Give the referral that became a hire, under whichever id it was made, also if the job was lost since."""
    ids = book.merges.members(book.merges.person(placement.worker))
    found = [book.referrals.get((id, placement.vacancy)) for id in (placement.worker, *ids) if placement.vacancy]
    return next((each for each in found if each is not None and each.state in ("hired", "ended")), None)


def end_hire(book: Casebook, placement: Placement) -> None:
    """Let the opening of a hire be free again: the job was lost."""
    referral = referral_behind(book, placement)
    if referral is not None and referral.state == "hired":
        book.free_opening(referral)
        referral.state, placement.freed = "ended", True


def hire_again(book: Casebook, placement: Placement) -> None:
    """Let a hire hold its opening again, unless that went to somebody else."""
    referral = referral_behind(book, placement)
    if referral is None or referral.state != "ended":
        return
    vacancy = book.vacancies[referral.vacancy]
    if vacancy.hired + vacancy.referred < vacancy.openings:
        referral.state, placement.freed = "hired", False
        book.changed_referrals[referral.id] = referral
        vacancy.hired += 1
        vacancy.offered = max(vacancy.offered, vacancy.hired + vacancy.referred)
        book.changed_vacancies.add(vacancy.id)
        book.opened_again.add(vacancy.id)
        book.balance_openings(vacancy)
