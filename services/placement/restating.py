"""Vacancies of which something was retracted: a vacancy is what the facts that are left say of it, in their order."""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from services.placement import approvals
from services.placement.agency_facts import close_vacancy, post_vacancy
from services.placement.casebook import Casebook
from services.placement.domain.entities import Agency, Vacancy
from shared.events import Fact, VacancyApproved, VacancyClosed, VacancyFactRetracted, VacancyPosted, type_of

CONTENT: Final = ("title", "vocation", "employer", "region", "country", "certificate", "posted_on")


def fold(facts: Iterable[Fact], agencies: Mapping[str, Agency]) -> dict[UUID, Vacancy]:
    """Say what vacancies are by what was said of them. One of which no posting is left is not among them."""
    told = Casebook(agencies=dict(agencies))
    for fact in facts:
        match fact:
            case VacancyPosted():
                post_vacancy(told, fact)
            case VacancyClosed():
                close_vacancy(told, fact)
            case VacancyApproved():
                approvals.approve_vacancy(told, fact)
    return told.vacancies


def restate(
    book: Casebook, retracted: Iterable[VacancyFactRetracted], kept: Iterable[Fact], forgotten: Iterable[UUID]
) -> None:
    """Let vacancies be what is still said of them. `forgotten` names the facts that had been kept, and no longer are."""
    told, known = fold(kept, book.agencies), set(forgotten)
    for event in retracted:
        vacancy = book.vacancies.get(event.vacancy)
        if vacancy is None:
            continue
        if event.fact in known:
            _become(book, vacancy, told.get(vacancy.id))
        elif event.retracts == type_of(VacancyClosed):
            _open(book, vacancy)
        elif event.retracts == type_of(VacancyPosted):
            _become(book, vacancy, None)
        else:
            vacancy.approved, vacancy.offered = 0, vacancy.hired + vacancy.referred
            _offer(book, vacancy)


def _become(book: Casebook, vacancy: Vacancy, told: Vacancy | None) -> None:
    """Let a vacancy be what is told of it; it has as many openings as are taken or held, at least."""
    vacancy.void = told is None
    if told is None:
        book.close(vacancy)
        return
    for name in CONTENT:
        setattr(vacancy, name, getattr(told, name))
    taken = vacancy.hired + vacancy.referred
    vacancy.openings = max(told.openings, taken)
    vacancy.offered = taken if told.approved < vacancy.approved else min(vacancy.offered, vacancy.openings)
    vacancy.approved = told.approved
    if told.state == "closed":
        book.close(vacancy)
    else:
        _open(book, vacancy)


def _open(book: Casebook, vacancy: Vacancy) -> None:
    """Let a vacancy be open; those whom it lost by closing, and who look for work, are referred to it again."""
    was_closed = vacancy.state == "closed"
    vacancy.state = "filled" if vacancy.hired == vacancy.openings else "open"
    _offer(book, vacancy)
    if was_closed:
        book.reopen_lost([vacancy.id], "vacancy-closed")


def _offer(book: Casebook, vacancy: Vacancy) -> None:
    """Offer what may be offered, before anybody is referred to it again; `allotment` keeps to the limit."""
    book.opened_again.add(vacancy.id)
    approvals.offer(book, vacancy)
