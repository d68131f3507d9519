"""Placement's background tasks: they lapse referrals that nobody answered, and finish what was too much for one batch."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from services.placement import referrals, store
from services.placement.casebook import Casebook
from services.placement.domain.deadline import Deadline
from shared.database.unit_of_work import Database, UnitOfWork
from shared.events.vocabulary import ReferralEnd


async def lapse_unanswered(database: Database, deadline: Deadline) -> int:
    """Lapse the referrals that nobody answered in time, and match their workers again. Gives how many."""

    async def unanswered(work: UnitOfWork) -> list[UUID]:
        return await store.unanswered(work, deadline.today(), referrals.TRANSACTION_LIMIT)

    return await _lapse(database, deadline, unanswered, "no-answer")


async def lapse_for_closed_vacancies(database: Database, deadline: Deadline) -> int:
    """Lapse the referrals that were too many for the batch in which their vacancy closed. Gives how many."""

    async def to_closed_vacancies(work: UnitOfWork) -> list[UUID]:
        return await store.referred_to_closed_vacancies(work, referrals.TRANSACTION_LIMIT)

    return await _lapse(database, deadline, to_closed_vacancies, "vacancy-closed")


async def call_more_candidates(database: Database, deadline: Deadline) -> None:
    """Offer the openings that were held back to the queues, a transaction at a time, until none is held back."""
    calling = True
    while calling:
        async with database.work() as work:
            await work.take_turns()
            held_back = await store.vacancies_calling(work, referrals.TRANSACTION_LIMIT)
            calling = bool(held_back)
            vacancies = {vacancy.id: vacancy for vacancy in held_back}
            await referrals.settle(work, Casebook(vacancies=vacancies, with_new_room=set(vacancies)), deadline)


async def _lapse(
    database: Database,
    deadline: Deadline,
    next_workers: Callable[[UnitOfWork], Awaitable[Sequence[UUID]]],
    reason: ReferralEnd,
) -> int:
    lapsed = 0
    while True:
        async with database.work() as work:
            await work.take_turns()  # another instance may be doing the same
            workers = await next_workers(work)
            if not workers:
                return lapsed
            book = await store.open_casebook(work, workers=workers)
            for worker in workers:
                book.end_referral(book.candidates[worker], reason)
            await referrals.settle(work, book, deadline)
        lapsed += len(workers)
