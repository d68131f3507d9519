"""Everything that placement hears, and its answer to it."""

from collections import Counter

from services.placement import answers, spells, store
from services.placement.referring import PAGE, settle
from shared.database.unit_of_work import UnitOfWork
from shared.events import (
    AgencyAdmitted,
    AgencyRevoked,
    ApplicationAmended,
    ApplicationRefused,
    BusinessStarted,
    HireConfirmed,
    HireDeclined,
    RegistrationWithdrawn,
    TrainingNotCompleted,
    VacancyClosed,
    VacancyPosted,
    WorkerGraduated,
    WorkerRecalled,
    WorkerRegistered,
)
from shared.http.auth import forget_agencies, remember_agencies
from shared.inbox.handlers import Handlers

handlers = Handlers()
handlers.on(AgencyAdmitted)(remember_agencies)
handlers.on(AgencyRevoked)(forget_agencies)


@handlers.on(WorkerRegistered)
async def welcome_workers(registered: list[WorkerRegistered], work: UnitOfWork) -> None:
    """Refer who wants work, at once if a vacancy fits; who wants training first is kept until then."""
    book = await store.open_casebook(work, workers=[step.worker for step in registered])
    for step in registered:
        spells.apply(book, step)
    await settle(work, book)


@handlers.on(ApplicationAmended)
async def reconsider_workers(amended: list[ApplicationAmended], work: UnitOfWork) -> None:
    """Take the new wishes, reach and region to heart, and see whether a vacancy fits now."""
    book = await store.open_casebook(work, workers=[step.worker for step in amended])
    for step in amended:
        spells.apply(book, step)
    await settle(work, book)


@handlers.on(WorkerGraduated)
async def refer_graduates(graduated: list[WorkerGraduated], work: UnitOfWork) -> None:
    """Look for work with each graduate, in the vocation of the new certificate too."""
    book = await store.open_casebook(work, workers=[step.worker for step in graduated])
    for step in graduated:
        spells.graduate(book, step)
    await settle(work, book)


@handlers.on(TrainingNotCompleted)
async def refer_who_left_training(ended: list[TrainingNotCompleted], work: UnitOfWork) -> None:
    """Look for work with each worker who failed or left the course."""
    book = await store.open_casebook(work, workers=[step.worker for step in ended])
    for step in ended:
        spells.leave_training(book, step)
    await settle(work, book)


@handlers.on(ApplicationRefused)
async def refer_refused_applicants(refused: list[ApplicationRefused], work: UnitOfWork) -> None:
    """Look for work with each worker for whom training has nothing new."""
    book = await store.open_casebook(work, workers=[step.worker for step in refused])
    for step in refused:
        spells.be_refused(book, step)
    await settle(work, book)


@handlers.on(RegistrationWithdrawn)
async def withdraw_workers(withdrawn: list[RegistrationWithdrawn], work: UnitOfWork) -> None:
    """End the spells that were undone; an opening that was held goes to the next in line."""
    book = await store.open_casebook(work, workers=[step.worker for step in withdrawn])
    for step in withdrawn:
        spells.withdraw(book, step)
    await settle(work, book)


@handlers.on(VacancyPosted)
async def fill_vacancies(posted: list[VacancyPosted], work: UnitOfWork) -> None:
    """Open or amend each vacancy, and send those who stand first in line for it."""
    book = await store.open_casebook(work, vacancies=dict.fromkeys((fact.vacancy for fact in posted), 0))
    for fact in posted:
        answers.post(book, fact)
    await settle(work, book)


@handlers.on(VacancyClosed)
async def close_vacancies(closed: list[VacancyClosed], work: UnitOfWork) -> None:
    """Close each vacancy, and look after those who were sent there."""
    book = await store.open_casebook(work, vacancies=dict.fromkeys(fact.vacancy for fact in closed), most=PAGE)
    for fact in closed:
        answers.close(book, fact)
    await settle(work, book)


@handlers.on(HireConfirmed)
async def place_hired(confirmed: list[HireConfirmed], work: UnitOfWork) -> None:
    """Place each worker whom an employer took on, or say why that cannot be."""
    # each hire ends at most its own referral and the latest other one
    latest = {vacancy: 2 * hires for vacancy, hires in Counter(fact.vacancy for fact in confirmed).items()}
    book = await store.open_casebook(work, workers=[fact.worker for fact in confirmed], vacancies=latest)
    for fact in confirmed:
        answers.hire(book, fact)
    await settle(work, book)


@handlers.on(HireDeclined)
async def look_further(declined: list[HireDeclined], work: UnitOfWork) -> None:
    """Look further with each worker, and offer the opening to the next in line."""
    book = await store.open_casebook(work, workers=[fact.worker for fact in declined])
    for fact in declined:
        answers.decline(book, fact)
    await settle(work, book)


@handlers.on(WorkerRecalled)
async def place_recalled(recalled: list[WorkerRecalled], work: UnitOfWork) -> None:
    """End the spell of each worker who is back at the old job."""
    book = await store.open_casebook(work, workers=[fact.worker for fact in recalled])
    for fact in recalled:
        answers.go_elsewhere(book, fact)
    await settle(work, book)


@handlers.on(BusinessStarted)
async def place_self_employed(started: list[BusinessStarted], work: UnitOfWork) -> None:
    """End the spell of each worker who started a business."""
    book = await store.open_casebook(work, workers=[fact.worker for fact in started])
    for fact in started:
        answers.go_elsewhere(book, fact)
    await settle(work, book)
