"""Events about the n-th worker or a course, built on the contract's examples; and training as the tests see it."""

from itertools import count
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from contract.examples import PROVIDER, example, id_of, number_of, worker
from shared.events import (
    ApplicationAmended,
    AttendanceRecorded,
    ClaimAdded,
    ClaimEnded,
    CourseCancelled,
    CourseFactRetracted,
    CourseOffered,
    CoursePaused,
    CourseResumed,
    Event,
    Fact,
    NoShowRecorded,
    PlacementGraded,
    PlacementVoided,
    RegistrationReinstated,
    RegistrationWithdrawn,
    SeatDeclined,
    TrainingResultRecorded,
    WorkerErased,
    WorkerFactRetracted,
    WorkerMerged,
    WorkerPlaced,
    WorkerRegistered,
    WorkerRestricted,
    WorkerSplit,
    chosen_id,
    type_of,
)
from tests.service_under_test import ServiceUnderTest

E = TypeVar("E", bound=Event)
DECISIONS = count(1)
"""The numbers of merges and splits."""
KEBUMEN, BEKASI, SERANG = "33.05", "32.75", "36.04"


def course_id(code: str, agency: str = PROVIDER) -> UUID:
    return id_of(code, agency)


def registered(n: int, **given: Any) -> WorkerRegistered:
    return example(WorkerRegistered, worker=worker(n), **given)


def amended(n: int, **given: Any) -> ApplicationAmended:
    return example(ApplicationAmended, worker=worker(n), **given)


def withdrawn(n: int, spell: int = 1, **given: Any) -> RegistrationWithdrawn:
    return example(RegistrationWithdrawn, worker=worker(n), spell=spell, **given)


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


def placed(n: int, outcome: str = "hired", spell: int = 1, **given: Any) -> WorkerPlaced:
    return example(WorkerPlaced, worker=worker(n), outcome=outcome, spell=spell, **given)


def says(n: int, outcome: str = "hired") -> WorkerPlaced:
    """An employer's word alone."""
    return placed(n, outcome, grade="employer-says")


def graded(n: int, grade: str = "confirmed", outcome: str = "hired") -> PlacementGraded:
    return example(PlacementGraded, worker=worker(n), grade=grade, outcome=outcome)


def offered(code: str, **given: Any) -> CourseOffered:
    return example(CourseOffered, code=code, **given)


def cancelled(code: str) -> CourseCancelled:
    return example(CourseCancelled, code=code)


def paused(code: str) -> CoursePaused:
    return example(CoursePaused, code=code)


def resumed(code: str, mode: str | None = None) -> CourseResumed:
    return example(CourseResumed, code=code, mode=mode)


def result(n: int, code: str, how: str = "graduated", agency: str = PROVIDER, **given: Any) -> TrainingResultRecorded:
    course = course_id(code, agency)
    usual = {"worker": worker(n), "course": course, "code": code, "result": how, "agency": agency}
    return example(TrainingResultRecorded, **usual | given)


def fact_id(nth: int) -> UUID:
    """The id of the event that said the nth fact of a test."""
    return UUID(int=0x0190_0000_0000_7000_9000_0000_0000_0000 + nth)


def said(event: E, nth: int) -> E:
    """Let a fact be published under the id `fact_id(nth)`."""
    return msgspec.structs.replace(event, envelope=chosen_id(fact_id(nth)))


def retracted(n: int, code: str, nth: int, kind: type[Fact] = TrainingResultRecorded) -> WorkerFactRetracted:
    """The retraction of the n-th worker's result, or another fact, which was said as the nth fact."""
    return example(
        WorkerFactRetracted,
        worker=worker(n),
        fact=fact_id(nth),
        retracts=type_of(kind),
        course=course_id(code),
        code=code,
    )


def course_retracted(code: str, nth: int, kind: type[Fact]) -> CourseFactRetracted:
    return example(CourseFactRetracted, code=code, fact=fact_id(nth), retracts=type_of(kind))


def reinstated(n: int, *, keeps_place: bool = True, **given: Any) -> RegistrationReinstated:
    return example(RegistrationReinstated, worker=worker(n), keeps_place=keeps_place, **given)


def voided(n: int, outcome: str = "hired") -> PlacementVoided:
    return example(PlacementVoided, worker=worker(n), outcome=outcome)


def attended(code: str, present: int = 1) -> AttendanceRecorded:
    return example(AttendanceRecorded, code=code, course=course_id(code), present=present)


def no_show(n: int, code: str) -> NoShowRecorded:
    return example(NoShowRecorded, worker=worker(n), code=code, course=course_id(code))


def seat_declined(n: int, code: str | None = None) -> SeatDeclined:
    return example(SeatDeclined, worker=worker(n), course=course_id(code) if code else None)


def merged(n: int, into: int, spell: int = 1, into_spell: int | None = 1, **given: Any) -> WorkerMerged:
    usual = {"number": next(DECISIONS), "concerns": []}
    return example(
        WorkerMerged, worker=worker(n), into=worker(into), spell=spell, into_spell=into_spell, **usual | given
    )


def split(n: int, former: int, *, is_open: bool = True, former_is_open: bool = True, **given: Any) -> WorkerSplit:
    return example(
        WorkerSplit,
        worker=worker(n),
        former=worker(former),
        is_open=is_open,
        former_is_open=former_is_open,
        **{"number": next(DECISIONS)} | given,
    )


class TrainingUnderTest(ServiceUnderTest):
    async def states(self, spell: int = 1) -> dict[int, str]:
        """Where each worker is, by the worker's number."""
        sql = "SELECT worker, state FROM application WHERE spell = :spell ORDER BY worker"
        return {number_of(row.worker): row.state for row in await self.rows(sql, spell=spell)}

    async def seats(self, code: str) -> dict[int, int]:
        """Who sits in a course now: seat -> the worker's number."""
        sql = "SELECT seat, worker FROM enrolment WHERE course = :id AND state = 'in-training' ORDER BY seat"
        return {row.seat: number_of(row.worker) for row in await self.rows(sql, id=course_id(code))}


async def sits_by_a_word(training: TrainingUnderTest) -> TrainingUnderTest:
    """One seat: worker 1 sits in it and works again by an employer's word, 2 waits."""
    await training.hear(offered("S1", seats=1), registered(1), registered(2), says(1))
    return training
