"""Tells the worker's offices that no answer came to a referral, in the transaction in which the referral lapses."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from services.placement.casebook import Casebook
from services.placement.domain.terms import Terms
from shared.database.unit_of_work import UnitOfWork
from shared.events import AnswerOverdue
from shared.offices import Offices


async def tell_offices(work: UnitOfWork, book: Casebook, workers: Iterable[UUID], terms: Terms) -> None:
    """Announce that answers to the open referrals of these workers are late. Nobody is told of a restricted worker."""
    offices = await Offices.read(work)
    for candidate in {each.worker: each for worker in workers if (each := book.holder(worker))}.values():
        if candidate.restricted:
            continue
        for referral in book.open_referrals_of(candidate.worker):
            vacancy = book.vacancies[referral.vacancy]
            book.events.append(
                AnswerOverdue(
                    worker=referral.worker,
                    spell=referral.spell,
                    vacancy=vacancy.id,
                    code=vacancy.code,
                    agency=vacancy.agency,
                    title=vacancy.title,
                    employer=vacancy.employer,
                    since=referral.respond_by - timedelta(days=terms.days),
                    due=referral.respond_by,
                    owed_by=[vacancy.agency],
                    concerns=offices.nearest(candidate.region),
                )
            )
