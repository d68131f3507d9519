"""Events about the n-th worker or a vacancy, one line each on top of the contract's examples, and the tests' own today."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import date, timedelta
from itertools import count
from typing import TypeVar
from uuid import UUID

import httpx
import msgspec

from contract.examples import EMPLOYER, OFFICE, example, id_of, number_of, worker
from services.placement import app
from services.placement.domain.terms import Terms
from services.placement.handlers import make_handlers
from services.placement.settings import PlacementSettings
from shared import events
from shared.events import Event, WorkerReferred
from shared.http.auth import hash_of
from tests.key_files import key_file
from tests.service_under_test import ServiceUnderTest, only

JATENG, KEBUMEN, YOGYAKARTA, BALIKPAPAN, BEKASI = "33", "33.05", "34.71", "64.71", "32.75"
TODAY = date(2021, 9, 6)
E = TypeVar("E", bound=Event)
DECISIONS = count(1)
"""The numbers of merges and splits."""


def terms(days_later: int = 0, **given) -> Terms:
    """Seven days for an answer, as it is so many days after `TODAY`."""
    return Terms(today=lambda: TODAY + timedelta(days_later), **{"days": 7} | given)


TERMS = terms()
HANDLERS = make_handlers(TERMS)


def registered(n: int, **given):
    return example(events.WorkerRegistered, **{"worker": worker(n), "wants": ["work"]} | given)


def carded(n: int, **given):
    """A jobseeker's card, good for two years."""
    return example(events.JobseekerCardIssued, worker=worker(n), **given)


def amended(n: int, **given):
    return example(events.ApplicationAmended, **{"worker": worker(n), "wants": ["work"]} | given)


def claim_added(n: int, *concerns: str):
    return example(events.ClaimAdded, worker=worker(n), concerns=list(concerns))


def claim_ended(n: int, *concerns: str):
    return example(events.ClaimEnded, worker=worker(n), concerns=list(concerns))


def withdrawn(n: int, **given):
    return example(events.RegistrationWithdrawn, worker=worker(n), **given)


def erased(n: int):
    return example(events.WorkerErased, worker=worker(n))


def restricted(n: int):
    return example(events.WorkerRestricted, worker=worker(n), restricted=True)


def lifted(n: int):
    return example(events.WorkerRestricted, worker=worker(n), restricted=False)


def merged(n: int, into: int, spell: int = 1, into_spell: int | None = 1):
    return example(
        events.WorkerMerged,
        number=next(DECISIONS),
        worker=worker(n),
        into=worker(into),
        spell=spell,
        into_spell=into_spell,
        concerns=[],
    )


def split(n: int, former: int, **given):
    usual = {"number": next(DECISIONS), "worker": worker(n), "former": worker(former)}
    return example(events.WorkerSplit, **usual | given)


def graduated(n: int, **given):
    return example(events.WorkerGraduated, worker=worker(n), **given)


def left_training(n: int, **given):
    return example(events.TrainingNotCompleted, worker=worker(n), **given)


def refused(n: int, **given):
    return example(events.ApplicationRefused, worker=worker(n), **given)


def posted(code: str, **given):
    return example(events.VacancyPosted, code=code, **given)


def approved(code: str = "A", *, of: str = EMPLOYER, **given):
    return example(events.VacancyApproved, **{"vacancy": id_of(code, of)} | given)


def admitted(slug: str, role: str, **given):
    """The admission of an agency; one of an agency that was admitted before has the same id."""
    usual = {"id": id_of("id", slug), "agency": slug, "name": slug, "key_hash": hash_of(slug)}
    return example(events.AgencyAdmitted, role=role, **usual | given)


def closed(code: str = "A", **given):
    return example(events.VacancyClosed, code=code, **given)


def hired(n: int, code: str = "A", agency: str = OFFICE, **given):
    return example(
        events.HireConfirmed, worker=worker(n), code=code, agency=agency, vacancy=id_of(code, agency), **given
    )


def declined(n: int, code: str = "A", **given):
    return example(events.HireDeclined, worker=worker(n), code=code, **given)


def recalled(n: int, **given):
    return example(events.WorkerRecalled, worker=worker(n), **given)


def in_business(n: int):
    return example(events.BusinessStarted, worker=worker(n))


def confirmed(n: int, **given):
    return example(events.PlacementConfirmed, worker=worker(n), **given)


def contested(n: int, **given):
    return example(events.PlacementContested, worker=worker(n), **given)


def denied(n: int, **given):
    return example(events.PlacementDenied, worker=worker(n), **given)


def out_of_work(n: int, **given):
    return example(events.EmploymentEnded, worker=worker(n), **given)


def fact_id(nth: int) -> UUID:
    """The id of the event that said the nth fact of a test."""
    return UUID(int=0x0190_0000_0000_7000_9000_0000_0000_0000 + nth)


def said(event: E, nth: int) -> E:
    """Let a fact be published under the id `fact_id(nth)`."""
    return msgspec.structs.replace(event, envelope=events.chosen_id(fact_id(nth)))


def retracted(n: int, nth: int, kind: type[events.Fact], code: str | None = "A", **given):
    vacancy = None if code is None else id_of(code, OFFICE)
    return example(
        events.WorkerFactRetracted,
        worker=worker(n),
        fact=fact_id(nth),
        retracts=events.type_of(kind),
        code=code,
        vacancy=vacancy,
        **{"said_by": OFFICE} | given,
    )


def vacancy_retracted(code: str, nth: int, kind: type[events.Fact], agency: str = OFFICE):
    return example(
        events.VacancyFactRetracted,
        code=code,
        agency=agency,
        vacancy=id_of(code, agency),
        fact=fact_id(nth),
        retracts=events.type_of(kind),
    )


def reinstated(n: int, *, keeps_place: bool = True, **given):
    usual = {"worker": worker(n), "wants": ["work"], "keeps_place": keeps_place}
    return example(events.RegistrationReinstated, **usual | given)


def result_voided(n: int, **given):
    return example(events.TrainingResultVoided, worker=worker(n), **given)


def who_was_referred_where(said: Iterable[Event]) -> dict[int, str]:
    return {number_of(event.worker): event.code for event in only(WorkerReferred, said)}


async def states(placement: ServiceUnderTest) -> dict[int, str]:
    found = await placement.rows("SELECT worker, state FROM candidate ORDER BY worker")
    return {number_of(row.worker): row.state for row in found}


@asynccontextmanager
async def client_of(placement: ServiceUnderTest) -> AsyncIterator[httpx.AsyncClient]:
    """A client of placement's routes; the operators' key is `operator`."""
    url = placement.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    service, application = app.create(PlacementSettings(database_url=url, operators=key_file("operator")))
    service.is_open = True
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://placement") as made:
        yield made
    await service.database.close()
