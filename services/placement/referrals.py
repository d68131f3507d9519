"""Settling a batch: save what changed, refer those who look for work to the vacancies that fit, announce it all."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from uuid_utils.compat import uuid7

from services.placement import allotment, saving, store
from services.placement.casebook import Casebook, referred
from services.placement.domain.areas import route_of
from services.placement.domain.entities import Candidate, Referral, Vacancy
from services.placement.domain.matching import Match, depths, read_deep_enough, refer, release
from services.placement.domain.terms import Terms
from shared import kept_facts
from shared.database.unit_of_work import UnitOfWork

CANDIDATES_PER_OPENING, DEEPER = 2, 4
"""Candidates read from a queue for each opening at first; how many times as many where that was too few."""
TRANSACTION_LIMIT = 2_000
"""Most openings that one transaction offers to the queues, and most referrals that it lapses without an agency's answer."""


class Matched(NamedTuple):
    """Who is referred where, and the vacancies that began or ceased to hold openings back."""

    matches: Sequence[Match]
    vacancies: list[Vacancy]


async def settle(work: UnitOfWork, book: Casebook, terms: Terms) -> None:
    """Save the casebook, offer what may be offered, refer seekers and those whom vacancies with new room call; announce it."""
    today = terms.today()
    book.end_referrals_of_the_young(today)
    for placement in book.placed:
        placement.heard_on = today
    await saving.save_decisions(work, book)
    await kept_facts.keep(work, book.without_effect)
    await allotment.allot_openings(work, book, terms.most_unapproved)
    matches, calling_changed = await _match(work, book, today)
    for candidate, _ in matches:
        candidate.state = "referred"
        book.candidates[candidate.worker] = candidate
        book.changed_candidates.add(candidate.worker)
    referrals = [_referral(candidate, vacancy, terms) for candidate, vacancy in matches]
    candidates = [book.candidates[worker] for worker in sorted(book.changed_candidates)]
    await saving.save_referrals(work, referrals, candidates, calling_changed, today)
    work.announce(*book.events, *(referred(*pair, made) for pair, made in zip(matches, referrals, strict=True)))


async def _match(work: UnitOfWork, book: Casebook, today: date) -> Matched:
    """Match the batch's seekers with any vacancy, and the candidates in the queues with the vacancies that have new room.

    No other candidate can be matched: one who fits a vacancy that had room before was referred to it then.
    """
    seekers, offered = book.seekers(), book.vacancies_to_offer()
    called_before = {vacancy.id for vacancy in offered if vacancy.calling}
    released = release(offered, TRANSACTION_LIMIT)
    others = [each for each in await store.vacancies_with_room(work, seekers) if each.id not in book.with_new_room]
    matches = await _match_with_queues(work, seekers, released, others, today)
    taken = Counter(vacancy.id for _, vacancy in matches)
    for vacancy in released:
        if taken[vacancy.id] < vacancy.room:
            book.vacancies[vacancy.id].calling = False  # its queues hold no other candidate whom it fits
    return Matched(matches, [each for each in offered if each.calling != (each.id in called_before)])


async def _match_with_queues(
    work: UnitOfWork,
    seekers: Sequence[Candidate],
    released: Sequence[Vacancy],
    others: Sequence[Vacancy],
    today: date,
) -> Sequence[Match]:
    per_opening = CANDIDATES_PER_OPENING
    while True:
        heads = await store.first_in_queues(work, depths(released, per_opening)) if released else store.NO_HEADS
        matches = refer([*seekers, *heads.candidates], [*others, *released], today)
        if read_deep_enough(matches, released, heads.last_read):
            return matches
        per_opening *= DEEPER


def _referral(candidate: Candidate, vacancy: Vacancy, terms: Terms) -> Referral:
    return Referral(
        id=uuid7(),
        worker=candidate.worker,
        spell=candidate.spell,
        vacancy=vacancy.id,
        route=route_of(candidate.region, vacancy),
        respond_by=terms.respond_by(),
    )
