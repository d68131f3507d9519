"""What the desk does about what training and placement say: it keeps the worker's journey, and ends spells."""

from services.registration import store
from services.registration.domain import Ruling, settle
from services.registration.identity.persons import Persons
from shared.database.unit_of_work import UnitOfWork
from shared.events import (
    ApplicationRefused,
    EnrolmentCancelled,
    Event,
    HireRefused,
    OutcomeRefused,
    ReferralLapsed,
    TrainingNotCompleted,
    TrainingPaused,
    TrainingResultRefused,
    TrainingResumed,
    WaitingEnded,
    WorkerEnrolled,
    WorkerGraduated,
    WorkerPlaced,
    WorkerReferred,
    WorkerWaitlisted,
)
from shared.inbox.handlers import Handlers

STEPS: tuple[type[Event], ...] = (
    WorkerEnrolled,
    WorkerWaitlisted,
    EnrolmentCancelled,
    WaitingEnded,
    ApplicationRefused,
    WorkerGraduated,
    TrainingNotCompleted,
    TrainingResultRefused,
    TrainingPaused,
    TrainingResumed,
    WorkerReferred,
    ReferralLapsed,
    OutcomeRefused,
    HireRefused,
)


def make_handlers(persons: Persons) -> Handlers:
    """Make the desk's answers."""
    handlers = Handlers()

    @handlers.on(*STEPS)
    async def keep_for_the_journey(steps: list[Event], work: UnitOfWork) -> None:
        """Keep each step, so that the desk can tell the worker's whole way."""
        await store.keep_steps(work, steps)

    @handlers.on(WorkerPlaced)
    async def end_spells(placed: list[WorkerPlaced], work: UnitOfWork) -> None:
        """End the spell of each worker who works again; a later report opens the next at once, so nobody falls between."""
        await store.keep_steps(work, placed)
        workers = {worker.id: worker for worker in await store.lock_workers(work, ids=[each.worker for each in placed])}
        ruling = Ruling()
        for each in placed:
            if each.worker in workers:
                settle(workers[each.worker], each, ruling)
        await store.keep(work, ruling, workers.values(), persons)

    return handlers
