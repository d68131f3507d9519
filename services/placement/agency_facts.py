"""What placement does about each fact that an agency posts: vacancies, hires, declines, recalls, businesses.

A fact that cannot be true here is no fault of this service: it announces a refusal, and the agency is told.
"""

from typing import Literal

from services.placement import approvals
from services.placement.casebook import Casebook
from services.placement.domain.entities import Vacancy
from services.placement.placements import Said, place
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
from shared.events.vocabulary import Outcome, ReferralEnd

HireRefusal = Literal["no-opening-left", "already-placed", "never-referred"]
OutcomeRefusal = Literal["already-placed", "withdrawn"]


class WorkerUnknown(LookupError):
    """The worker's registration was never taken in here: the event becomes a dead letter, to be replayed once it was."""


def post_vacancy(book: Casebook, fact: VacancyPosted) -> None:
    """Open a vacancy, or amend the one that was posted before; a filled one opens again with more openings."""
    vacancy = book.vacancies.get(fact.vacancy) or Vacancy(
        id=fact.vacancy,
        code=fact.code,
        agency=fact.agency,
        title=fact.title,
        vocation=fact.vocation,
        employer=fact.employer,
        posted_on=fact.on,
        openings=fact.openings,
        offered=0,
    )
    is_closed = vacancy.state == "closed" and not vacancy.void
    if is_closed or fact.openings < vacancy.hired + vacancy.referred:
        book.events.append(
            VacancyPostRefused(
                vacancy=fact.vacancy,
                code=fact.code,
                agency=fact.agency,
                reason="vacancy-closed" if is_closed else "openings-taken",
            )
        )
        return
    if vacancy.void:
        vacancy.void, vacancy.posted_on = False, fact.on
        book.opened_again.add(vacancy.id)
    approvals.withdraw_where_another(vacancy, fact)
    vacancy.title, vacancy.vocation, vacancy.employer = fact.title, fact.vocation, fact.employer
    vacancy.region, vacancy.country, vacancy.openings = fact.region, fact.country, fact.openings
    vacancy.certificate = fact.certificate
    vacancy.state = "filled" if vacancy.hired == vacancy.openings else "open"
    book.vacancies[vacancy.id] = vacancy
    approvals.offer(book, vacancy)


def close_vacancy(book: Casebook, fact: VacancyClosed) -> None:
    """Close a vacancy that is known and not closed yet."""
    vacancy = book.vacancies.get(fact.vacancy)
    if vacancy is not None and vacancy.state != "closed":
        book.close(vacancy)


def hire(book: Casebook, fact: HireConfirmed) -> None:
    """Place a worker with the employer, or refuse.

    A late hire counts while the worker is not placed and fewer are hired than there are openings, also where the vacancy
    was closed meanwhile: an agency's facts about a worker and about a vacancy may arrive in either order.
    """
    candidate, vacancy = book.holder(fact.worker), book.vacancies.get(fact.vacancy)
    referral = book.referral_of(fact.worker, fact.vacancy)
    if candidate is None or vacancy is None or referral is None:
        _refuse_hire(book, fact, "never-referred")
    elif referral.state == "hired" or candidate.state in {"placed", "withdrawn"}:
        _refuse_hire(book, fact, "already-placed")
    elif referral.state != "open" and vacancy.hired == vacancy.openings:
        _refuse_hire(book, fact, "no-opening-left")
    else:
        book.take_opening(referral)
        place(book, candidate, Said.by(fact), "hired", vacancy, named=referral.worker)
        book.balance_openings(vacancy)


def decline(book: Casebook, fact: HireDeclined) -> None:
    """Lapse a referral that the employer or the worker declined; one that had lapsed before stays as it is."""
    referral = book.referral_of(fact.worker, fact.vacancy)
    if referral is None:
        _refuse_hire(book, fact, "never-referred")
    elif referral.state == "hired":
        _refuse_hire(book, fact, "already-placed")
    elif referral.state == "open":
        reason: ReferralEnd = "declined-by-employer" if fact.by == "employer" else "declined-by-worker"
        book.lapse(referral, reason, fact=fact.envelope.id)
    else:
        book.without_effect.append(fact)


def end_spell(book: Casebook, fact: WorkerRecalled | BusinessStarted) -> None:
    """Place a worker who is back at the old job or self-employed, or refuse where the spell has ended already."""
    candidate = book.holder(fact.worker)
    if candidate is None:
        raise WorkerUnknown("the worker's registration was not taken in here; replay this once it was")
    outcome: Outcome = "recalled" if isinstance(fact, WorkerRecalled) else "self-employed"
    if not candidate.spell:  # another id means the worker, of whom nothing was heard yet: it counts from then on
        book.without_effect.append(fact)
    elif candidate.state in ("placed", "withdrawn"):
        reason: OutcomeRefusal = "withdrawn" if candidate.state == "withdrawn" else "already-placed"
        book.events.append(OutcomeRefused(worker=fact.worker, agency=fact.agency, outcome=outcome, reason=reason))
        book.without_effect.append(fact)
    else:
        place(book, candidate, Said.by(fact), outcome, named=fact.worker)


def _refuse_hire(book: Casebook, fact: HireConfirmed | HireDeclined, reason: HireRefusal) -> None:
    """Refuse an answer; no retraction lets one count that is about no referral."""
    book.events.append(
        HireRefused(worker=fact.worker, vacancy=fact.vacancy, code=fact.code, agency=fact.agency, reason=reason)
    )
    if reason != "never-referred":
        book.without_effect.append(fact)
