"""What agencies say: openings posted and closed, a yes or a no to a referral, a recall, a business of one's own.

An answer that cannot be is no mistake of this service: it says so, and the agency is told.
"""

from typing import Literal

from services.placement.casebook import Casebook
from services.placement.domain import Vacancy
from shared.events import (
    BusinessStarted,
    HireConfirmed,
    HireDeclined,
    HireRefused,
    OutcomeRefused,
    VacancyClosed,
    VacancyPosted,
    VacancyPostRefused,
    WorkerRecalled,
)
from shared.events.vocabulary import Outcome

HireNo = Literal["no-opening-left", "already-placed", "never-referred"]
OutcomeNo = Literal["already-placed", "withdrawn"]


class NotHeardOf(LookupError):
    """A worker whose registration was never taken in here: the event is buried, to be replayed once that one was."""


def post(book: Casebook, fact: VacancyPosted) -> None:
    """Open a vacancy, or amend it where it was posted before; one that was filled opens again with more openings."""
    vacancy = book.vacancies.get(fact.vacancy) or Vacancy(
        id=fact.vacancy,
        code=fact.code,
        agency=fact.agency,
        title=fact.title,
        vocation=fact.vocation,
        employer=fact.employer,
        posted_on=fact.on,
        openings=fact.openings,
    )
    if vacancy.state == "closed" or fact.openings < vacancy.hired + vacancy.referred:
        book.said.append(
            VacancyPostRefused(
                vacancy=fact.vacancy,
                code=fact.code,
                agency=fact.agency,
                reason="vacancy-closed" if vacancy.state == "closed" else "openings-taken",
            )
        )
        return
    vacancy.title, vacancy.vocation, vacancy.employer = fact.title, fact.vocation, fact.employer
    vacancy.region, vacancy.country, vacancy.openings = fact.region, fact.country, fact.openings
    vacancy.state = "filled" if vacancy.hired == vacancy.openings else "open"
    book.vacancies[vacancy.id] = vacancy
    book.amended.add(vacancy.id)
    book.opened.add(vacancy.id)


def close(book: Casebook, fact: VacancyClosed) -> None:
    """Close a vacancy; those who were sent there look again, where they are very many `duties` sees to the rest."""
    vacancy = book.vacancies.get(fact.vacancy)
    if vacancy is None or vacancy.state == "closed":
        return
    for referral in book.open_at(vacancy):
        book.lapse(referral, "vacancy-closed")
    vacancy.state = "closed"
    book.amended.add(vacancy.id)


def hire(book: Casebook, fact: HireConfirmed) -> None:
    """Place a worker with the employer, or say why that cannot be.

    A late yes counts while the worker is not placed and fewer are hired than there are openings, even where the vacancy
    was closed meanwhile: what an agency says about a worker and about a vacancy may arrive in either order.
    """
    candidate, vacancy = book.candidates.get(fact.worker), book.vacancies.get(fact.vacancy)
    referral = book.referrals.get((fact.worker, fact.vacancy))
    if candidate is None or vacancy is None or referral is None:
        book.said.append(_refusal(fact, "never-referred"))
    elif referral.state == "hired" or candidate.state in {"placed", "withdrawn"}:
        book.said.append(_refusal(fact, "already-placed"))
    elif referral.state == "lapsed" and vacancy.hired == vacancy.openings:
        book.said.append(_refusal(fact, "no-opening-left"))
    else:
        book.take_opening(referral)
        book.place(candidate, fact, "hired", vacancy)
        book.make_way(vacancy)


def decline(book: Casebook, fact: HireDeclined) -> None:
    """End a referral that the employer or the worker said no to; one that had lapsed before stays as it is."""
    referral = book.referrals.get((fact.worker, fact.vacancy))
    if referral is None:
        book.said.append(_refusal(fact, "never-referred"))
    elif referral.state == "hired":
        book.said.append(_refusal(fact, "already-placed"))
    elif referral.state == "open":
        book.lapse(referral, "declined-by-employer" if fact.by == "employer" else "declined-by-worker")


def go_elsewhere(book: Casebook, fact: WorkerRecalled | BusinessStarted) -> None:
    """End the spell of a worker who is back at the old job or self-employed, unless it has ended already."""
    candidate = book.candidates.get(fact.worker)
    if candidate is None:
        raise NotHeardOf("the worker's registration was not taken in here; replay this once it was")
    outcome: Outcome = "recalled" if isinstance(fact, WorkerRecalled) else "self-employed"
    if candidate.state == "placed":
        book.said.append(_no_outcome(fact, outcome, "already-placed"))
    elif candidate.state == "withdrawn":
        book.said.append(_no_outcome(fact, outcome, "withdrawn"))
    else:
        book.place(candidate, fact, outcome)


def _refusal(fact: HireConfirmed | HireDeclined, reason: HireNo) -> HireRefused:
    return HireRefused(worker=fact.worker, vacancy=fact.vacancy, code=fact.code, agency=fact.agency, reason=reason)


def _no_outcome(fact: WorkerRecalled | BusinessStarted, outcome: Outcome, reason: OutcomeNo) -> OutcomeRefused:
    return OutcomeRefused(worker=fact.worker, agency=fact.agency, outcome=outcome, reason=reason)
