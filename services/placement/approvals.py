"""What placement does about approvals: which openings of a vacancy are offered with an office's yes, or need none.

`allotment` offers what the limit allows of the others.
"""

from typing import Literal

from services.placement.casebook import Casebook
from services.placement.domain.approval import may_approve, needs_approval
from services.placement.domain.entities import Vacancy
from shared.events import VacancyApprovalRefused, VacancyApproved, VacancyPosted


class AgencyUnknown(LookupError):
    """The office's admission was not taken in here yet: the event becomes a dead letter, to be replayed once it was."""


def approve_vacancy(book: Casebook, fact: VacancyApproved) -> None:
    """Approve openings of a vacancy, or refuse. An office learns nothing of a vacancy that is not where it acts.

    An approval is for so many openings in all: one for fewer than before takes nothing back.
    """
    office, vacancy = book.agencies.get(fact.agency), book.vacancies.get(fact.vacancy)
    if office is None:
        raise AgencyUnknown("the office's admission was not taken in here; replay this once it was")
    if vacancy is None or not may_approve(office, vacancy):
        book.events.append(_refused(fact, "not-yours"))
    elif vacancy.state == "closed":
        book.events.append(_refused(fact, "vacancy-closed"))
    elif (openings := fact.openings or vacancy.openings) > vacancy.approved:
        vacancy.approved = openings
        book.released[vacancy.id] = office.slug
        offer(book, vacancy)


def offer(book: Casebook, vacancy: Vacancy) -> None:
    """Offer the openings of a vacancy that are approved, or all where its agency needs no approval."""
    if needs_approval(book.agencies.get(vacancy.agency)):
        vacancy.offered = min(max(vacancy.offered, vacancy.approved), vacancy.openings)
        book.to_allot.add(vacancy.agency)
    else:
        vacancy.offered = vacancy.openings
    book.changed_vacancies.add(vacancy.id)
    book.with_new_room.add(vacancy.id)


def end_waiting(book: Casebook, vacancy: Vacancy) -> None:
    """Offer all openings of a vacancy, some of which waited until it was known that its agency needs no approval."""
    book.released[vacancy.id] = None
    offer(book, vacancy)


def withdraw_where_another(vacancy: Vacancy, fact: VacancyPosted) -> None:
    """Withdraw an approval where the vacancy becomes another one: in vocation, employer or place.

    Openings that are taken or held stay.
    """
    now = fact.vocation, fact.employer, fact.region, fact.country
    if vacancy.approved and now != (vacancy.vocation, vacancy.employer, vacancy.region, vacancy.country):
        vacancy.approved, vacancy.offered = 0, vacancy.hired + vacancy.referred


def _refused(fact: VacancyApproved, reason: Literal["not-yours", "vacancy-closed"]) -> VacancyApprovalRefused:
    return VacancyApprovalRefused(vacancy=fact.vacancy, agency=fact.agency, reason=reason)
