"""What placement does without being told: it looks after referrals that nobody answers, and calls those in line further."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from services.placement import store
from services.placement.casebook import Casebook
from services.placement.referring import DEADLINE, PAGE, settle
from shared.database.unit_of_work import Database, UnitOfWork
from shared.events.vocabulary import ReferralEnd


async def lapse_unanswered(database: Database) -> int:
    """Let the referrals lapse that nobody answered in time, and look further with their workers. Answers how many."""

    async def unanswered(work: UnitOfWork) -> list[UUID]:
        return await store.waiting_too_long(work, DEADLINE.today(), PAGE)

    return await _lapse(database, unanswered, "no-answer")


async def lapse_at_closed_doors(database: Database) -> int:
    """Let the referrals lapse that were too many for the transaction in which their vacancy closed. Answers how many."""

    async def at_closed_doors(work: UnitOfWork) -> list[UUID]:
        return await store.waiting_at_closed_doors(work, PAGE)

    return await _lapse(database, at_closed_doors, "vacancy-closed")


async def call_further(database: Database) -> None:
    """Offer the openings that were held back to those in line, a page at a time, until none is."""
    calling = True
    while calling:
        async with database.work() as work:
            await work.take_turns()
            vacancies = {vacancy.id: vacancy for vacancy in await store.vacancies_calling(work, PAGE)}
            calling = bool(vacancies)
            await settle(work, Casebook(vacancies=vacancies, opened=set(vacancies)))


async def _lapse(
    database: Database, whose: Callable[[UnitOfWork], Awaitable[Sequence[UUID]]], reason: ReferralEnd
) -> int:
    lapsed = 0
    while True:
        async with database.work() as work:
            await work.take_turns()  # another instance may be doing the same
            workers = await whose(work)
            if not workers:
                return lapsed
            book = await store.open_casebook(work, workers=workers)
            for worker in workers:
                book.end_referral(book.candidates[worker], reason)
            await settle(work, book)
        lapsed += len(workers)
