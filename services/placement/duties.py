"""Placement's background tasks: they lapse referrals that nobody answered, match who may go abroad by now, confirm hires that nobody denies, and finish what was left."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from services.placement import evidence, openings, overdue, referrals, store
from services.placement.casebook import Casebook
from services.placement.domain.terms import Terms
from shared.database.unit_of_work import Database, UnitOfWork
from shared.events.vocabulary import ReferralEnd

AGENCIES_AT_ONCE = 100
"""Agencies whose openings one transaction looks through."""


async def keep_to_the_limit(database: Database, terms: Terms) -> None:
    """Offer of each agency's openings what the limit allows, some agencies at a time: it may be another than before."""
    after = ""
    while True:
        async with database.work() as work:
            await work.take_turns()
            agencies = await openings.agencies_that_post(work, after, AGENCIES_AT_ONCE)
            if not agencies:
                return
            await referrals.settle(work, Casebook(to_allot=set(agencies)), terms)
        after = agencies[-1]


async def lapse_unanswered(database: Database, terms: Terms) -> int:
    """Lapse the referrals that nobody answered in time, and match their workers again. Gives how many."""
    return await _lapse(database, terms, lambda work, most: store.unanswered(work, terms.today(), most), "no-answer")


async def lapse_for_closed_vacancies(database: Database, terms: Terms) -> int:
    """Lapse the referrals that were too many for the batch in which their vacancy closed. Gives how many."""
    return await _lapse(database, terms, store.referred_to_closed_vacancies, "vacancy-closed")


async def call_more_candidates(database: Database, terms: Terms) -> None:
    """Offer the openings that were held back to the queues, a transaction at a time, until none is held back."""
    calling = True
    while calling:
        async with database.work() as work:
            await work.take_turns()
            held_back = await store.vacancies_calling(work, referrals.TRANSACTION_LIMIT)
            calling = bool(held_back)
            vacancies = {vacancy.id: vacancy for vacancy in held_back}
            book = Casebook(vacancies=vacancies, with_new_room=set(vacancies))
            await referrals.settle(work, book, terms)


async def judge_anew(database: Database, terms: Terms) -> None:
    """Match those again who are of age by now to work abroad, and let those stay in Indonesia whose card has run out."""
    while True:
        async with database.work() as work:
            await work.take_turns()
            workers = await store.to_judge_anew(work, terms.today(), referrals.TRANSACTION_LIMIT)
            if not workers:
                return
            book = await store.open_casebook(work, workers=workers)
            for worker in workers:
                book.match_again(book.candidates[worker])
            await referrals.settle(work, book, terms)


async def confirm_unopposed(database: Database, terms: Terms) -> None:
    """Confirm the hires that the worker was told of some days ago, and has not denied."""
    while True:
        async with database.work() as work:
            await work.take_turns()
            unopposed = await store.unopposed(work, terms.told_by(), referrals.TRANSACTION_LIMIT)
            if not unopposed:
                return
            book = await store.open_casebook(work, workers=[worker for worker, _ in unopposed], terms=terms)
            book.placements = await store.placements_of(work, book.candidates)
            for key in unopposed:
                evidence.confirm_unopposed(book, book.placements[key])
            await referrals.settle(work, book, terms)


async def _lapse(
    database: Database,
    terms: Terms,
    next_workers: Callable[[UnitOfWork, int], Awaitable[Sequence[UUID]]],
    reason: ReferralEnd,
) -> int:
    lapsed = 0
    while True:
        async with database.work() as work:
            await work.take_turns()  # another instance may be doing the same
            workers = await next_workers(work, referrals.TRANSACTION_LIMIT)
            if not workers:
                return lapsed
            book = await store.open_casebook(work, workers=workers)
            if reason == "no-answer":
                await overdue.tell_offices(work, book, workers, terms)
            for worker in workers:
                if (candidate := book.holder(worker)) is not None:
                    book.end_referral(candidate, reason)
            await referrals.settle(work, book, terms)
        lapsed += len(workers)
