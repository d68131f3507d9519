"""Allotment: when a batch is settled, each employer's openings are offered as far as approval and the limit allow."""

from collections import defaultdict
from collections.abc import Sequence

from services.placement import openings, saving
from services.placement.casebook import Casebook
from services.placement.domain.approval import allot, offices_for
from services.placement.domain.entities import Agency, Vacancy
from services.placement.domain.matching import order_of_posting
from shared.database.unit_of_work import UnitOfWork
from shared.events import OpeningsReleased, VacancyApprovalNeeded


async def allot_openings(work: UnitOfWork, book: Casebook, most: int) -> None:
    """Offer what each employer may offer, `most` without approval, and say whose openings wait or wait no longer.

    It reads the vacancies as they were saved: hires, closures and approvals of the batch count.
    """
    if book.to_allot:
        of_employer: dict[str, list[Vacancy]] = defaultdict(list)
        for vacancy in book.take_up(await openings.vacancies_to_allot(work, book.to_allot, most)):
            of_employer[vacancy.agency].append(vacancy)
        changed = [vacancy for vacancies in of_employer.values() for vacancy in allot(vacancies, most)]
        await saving.save_offers(work, changed)
        book.with_new_room.update(vacancy.id for vacancy in changed)
    waiting = sorted(book.with_more_waiting(), key=order_of_posting)
    released = sorted((book.vacancies[id] for id in book.released), key=order_of_posting)
    if waiting or released:
        offices = await openings.offices(work)
        book.events += [_needed(vacancy, offices) for vacancy in waiting]
        book.events += [_released(vacancy, book.released[vacancy.id], offices) for vacancy in released]


def _needed(vacancy: Vacancy, offices: Sequence[Agency]) -> VacancyApprovalNeeded:
    return VacancyApprovalNeeded(
        vacancy=vacancy.id,
        code=vacancy.code,
        agency=vacancy.agency,
        title=vacancy.title,
        vocation=vacancy.vocation,
        employer=vacancy.employer,
        region=vacancy.region,
        country=vacancy.country,
        openings=vacancy.openings,
        waiting=vacancy.waiting,
        concerns=offices_for(vacancy, offices),
    )


def _released(vacancy: Vacancy, office: str | None, offices: Sequence[Agency]) -> OpeningsReleased:
    return OpeningsReleased(
        vacancy=vacancy.id,
        code=vacancy.code,
        agency=vacancy.agency,
        title=vacancy.title,
        approved_by=office,
        openings=min(vacancy.approved, vacancy.openings) if office else vacancy.openings,
        waiting=vacancy.waiting,
        concerns=offices_for(vacancy, offices),
    )
