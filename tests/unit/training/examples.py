"""Events about the n-th worker or a course, built on the contract's examples; and training as the tests see it."""

from typing import Any
from uuid import UUID

from contract.examples import PROVIDER, example, id_of, number_of, worker
from shared.events import (
    ApplicationAmended,
    ClaimAdded,
    ClaimEnded,
    CourseCancelled,
    CourseOffered,
    CoursePaused,
    CourseResumed,
    RegistrationWithdrawn,
    TrainingResultRecorded,
    WorkerErased,
    WorkerPlaced,
    WorkerRegistered,
    WorkerRestricted,
)
from tests.service_under_test import ServiceUnderTest

KEBUMEN, BEKASI, SERANG = "33.05", "32.75", "36.04"


def course_id(code: str, agency: str = PROVIDER) -> UUID:
    return id_of(code, agency)


def registered(n: int, **given: Any) -> WorkerRegistered:
    return example(WorkerRegistered, worker=worker(n), **given)


def amended(n: int, **given: Any) -> ApplicationAmended:
    return example(ApplicationAmended, worker=worker(n), **given)


def withdrawn(n: int, spell: int = 1) -> RegistrationWithdrawn:
    return example(RegistrationWithdrawn, worker=worker(n), spell=spell)


def claim_added(n: int, *concerns: str) -> ClaimAdded:
    return example(ClaimAdded, worker=worker(n), concerns=list(concerns))


def claim_ended(n: int, *concerns: str) -> ClaimEnded:
    return example(ClaimEnded, worker=worker(n), concerns=list(concerns))


def erased(n: int) -> WorkerErased:
    return example(WorkerErased, worker=worker(n))


def restricted(n: int) -> WorkerRestricted:
    return example(WorkerRestricted, worker=worker(n), restricted=True)


def lifted(n: int) -> WorkerRestricted:
    return example(WorkerRestricted, worker=worker(n), restricted=False)


def placed(n: int, outcome: str = "hired", spell: int = 1) -> WorkerPlaced:
    return example(WorkerPlaced, worker=worker(n), outcome=outcome, spell=spell)


def offered(code: str, **given: Any) -> CourseOffered:
    return example(CourseOffered, code=code, **given)


def cancelled(code: str) -> CourseCancelled:
    return example(CourseCancelled, code=code)


def paused(code: str) -> CoursePaused:
    return example(CoursePaused, code=code)


def resumed(code: str, mode: str | None = None) -> CourseResumed:
    return example(CourseResumed, code=code, mode=mode)


def result(n: int, code: str, how: str = "graduated", agency: str = PROVIDER) -> TrainingResultRecorded:
    course = course_id(code, agency)
    return example(TrainingResultRecorded, worker=worker(n), course=course, code=code, result=how, agency=agency)


class TrainingUnderTest(ServiceUnderTest):
    async def states(self, spell: int = 1) -> dict[int, str]:
        """Where each worker is, by the worker's number."""
        sql = "SELECT worker, state FROM application WHERE spell = :spell ORDER BY worker"
        return {number_of(row.worker): row.state for row in await self.rows(sql, spell=spell)}

    async def seats(self, code: str) -> dict[int, int]:
        """Who sits in a course now: seat -> the worker's number."""
        sql = "SELECT seat, worker FROM enrolment WHERE course = :id AND state = 'in-training' ORDER BY seat"
        return {row.seat: number_of(row.worker) for row in await self.rows(sql, id=course_id(code))}
