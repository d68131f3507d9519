"""Events about the n-th worker or a vacancy, one line each on top of the contract's examples, and the tests' own today."""

from collections.abc import Iterable
from datetime import date, timedelta

from contract.examples import OFFICE, example, id_of, number_of, worker
from services.placement.domain.deadline import Deadline
from services.placement.handlers import make_handlers
from shared import events
from shared.events import Event, WorkerReferred
from tests.service_under_test import ServiceUnderTest, only

JATENG, KEBUMEN, YOGYAKARTA, BALIKPAPAN, BEKASI = "33", "33.05", "34.71", "64.71", "32.75"
TODAY = date(2021, 9, 6)


def deadline(days_later: int = 0) -> Deadline:
    """A deadline of seven days, as it is so many days after `TODAY`."""
    return Deadline(days=7, today=lambda: TODAY + timedelta(days_later))


DEADLINE = deadline()
HANDLERS = make_handlers(DEADLINE)


def registered(n: int, **given):
    return example(events.WorkerRegistered, **{"worker": worker(n), "wants": ["work"]} | given)


def amended(n: int, **given):
    return example(events.ApplicationAmended, **{"worker": worker(n), "wants": ["work"]} | given)


def claim_added(n: int, *concerns: str):
    return example(events.ClaimAdded, worker=worker(n), concerns=list(concerns))


def claim_ended(n: int, *concerns: str):
    return example(events.ClaimEnded, worker=worker(n), concerns=list(concerns))


def withdrawn(n: int, **given):
    return example(events.RegistrationWithdrawn, worker=worker(n), **given)


def graduated(n: int, **given):
    return example(events.WorkerGraduated, worker=worker(n), **given)


def left_training(n: int, **given):
    return example(events.TrainingNotCompleted, worker=worker(n), **given)


def refused(n: int, **given):
    return example(events.ApplicationRefused, worker=worker(n), **given)


def posted(code: str, **given):
    return example(events.VacancyPosted, code=code, **given)


def closed(code: str = "A", **given):
    return example(events.VacancyClosed, code=code, **given)


def hired(n: int, code: str = "A", agency: str = OFFICE):
    return example(events.HireConfirmed, worker=worker(n), code=code, agency=agency, vacancy=id_of(code, agency))


def declined(n: int, code: str = "A", **given):
    return example(events.HireDeclined, worker=worker(n), code=code, **given)


def recalled(n: int):
    return example(events.WorkerRecalled, worker=worker(n))


def in_business(n: int):
    return example(events.BusinessStarted, worker=worker(n))


def who_was_referred_where(said: Iterable[Event]) -> dict[int, str]:
    return {number_of(event.worker): event.code for event in only(WorkerReferred, said)}


async def states(placement: ServiceUnderTest) -> dict[int, str]:
    found = await placement.rows("SELECT worker, state FROM candidate ORDER BY worker")
    return {number_of(row.worker): row.state for row in found}
