"""Each handler takes a batch of 200 and a batch of 600 with the same number of statements."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from contract.examples import OFFICE, UNION, example, worker
from services.training.handlers import handlers
from shared.events import (
    AgencyAdmitted,
    AgencyDelegated,
    AgencyRevoked,
    CourseCancelled,
    Event,
    MemberAdmitted,
    MemberRevoked,
    type_of,
)
from tests.counting import FEW, MORE, counting
from tests.unit.training.examples import (
    amended,
    attended,
    cancelled,
    claim_added,
    claim_ended,
    course_retracted,
    erased,
    graded,
    lifted,
    merged,
    no_show,
    offered,
    paused,
    placed,
    registered,
    reinstated,
    restricted,
    result,
    resumed,
    retracted,
    said,
    seat_declined,
    split,
    voided,
    withdrawn,
)

Batch = Callable[[int], Sequence[Event]]


def admitted(n: int) -> AgencyAdmitted:
    return example(AgencyAdmitted, id=worker(n), agency=f"lpk-{n}", role="training-provider", key_hash=f"{n:064}")


def member(n: int) -> MemberAdmitted:
    return example(MemberAdmitted, id=worker(n), agency=f"lpk-{n}", key_hash=f"b{n:063}")


def courses(n: int, **given: Any) -> list[Event]:
    return [offered(f"S{i}", seats=1, **given) for i in range(n)]


def of_each(event: Callable[[int], Event]) -> Batch:
    return lambda n: [event(i) for i in range(n)]


def of_each_course(event: Callable[[str], Event]) -> Batch:
    return lambda n: [event(f"S{i}") for i in range(n)]


def seated(n: int) -> list[Sequence[Event]]:
    """As many courses and participants, and as many who wait for the same."""
    return [courses(n), [registered(i) for i in range(n)], [registered(n + i) for i in range(n)]]


CASES: dict[str, tuple[Callable[[int], list[Sequence[Event]]], Batch]] = {
    "seated": (lambda n: [courses(n)], of_each(registered)),
    "waiting": (lambda n: [], of_each(registered)),
    "a new spell": (seated, of_each(lambda i: registered(i, spell=2))),
    "amended while waiting": (
        lambda n: [of_each(registered)(n), courses(n, vocation="barista")],
        of_each(lambda i: amended(i, wishes=["barista"])),
    ),
    "another claim": (seated, of_each(lambda i: claim_added(i, OFFICE, UNION))),
    "a claim that ended": (seated, of_each(lambda i: claim_ended(i, UNION))),
    "withdrawn": (seated, of_each(withdrawn)),
    "restricted": (seated, of_each(restricted)),
    "restricted no longer": (
        lambda n: [of_each(registered)(n), of_each(restricted)(n), courses(n)],
        of_each(lifted),
    ),
    "erased": (seated, of_each(erased)),
    "placed": (seated, of_each(placed)),
    "placed before being heard of": (lambda n: [], of_each(placed)),
    "placed, as is confirmed": (seated, of_each(graded)),
    "offered": (lambda n: [of_each(registered)(n)], courses),
    "cancelled": (seated, of_each_course(cancelled)),
    "paused": (seated, of_each_course(paused)),
    "resumed": (lambda n: [*seated(n), of_each_course(paused)(n)], of_each_course(resumed)),
    "graduated": (seated, lambda n: [result(i, f"S{i}") for i in range(n)]),
    "the list of who came": (seated, of_each_course(attended)),
    "did not come": (seated, lambda n: [no_show(i, f"S{i}") for i in range(n)]),
    "declined": (seated, of_each(seat_declined)),
    "retracted results": (
        lambda n: [*seated(n), [said(result(i, f"S{i}"), i) for i in range(n)]],
        lambda n: [retracted(i, f"S{i}", i) for i in range(n)],
    ),
    "retracted cancellations": (
        lambda n: [*seated(n), [said(cancelled(f"S{i}"), i) for i in range(n)]],
        lambda n: [course_retracted(f"S{i}", i, CourseCancelled) for i in range(n)],
    ),
    "reinstated": (lambda n: [*seated(n), of_each(withdrawn)(n)], of_each(reinstated)),
    "not placed after all": (lambda n: [*seated(n), of_each(placed)(n)], of_each(voided)),
    "merged": (seated, lambda n: [merged(n + i, into=i) for i in range(n)]),
    "split": (
        lambda n: [*seated(n), [merged(n + i, into=i) for i in range(n)]],
        lambda n: [split(n + i, former=i) for i in range(n)],
    ),
    "an agency admitted": (lambda n: [], of_each(admitted)),
    "an agency revoked": (
        lambda n: [of_each(admitted)(n)],
        of_each(lambda i: example(AgencyRevoked, id=worker(i), agency=f"lpk-{i}")),
    ),
    "an agency delegated": (
        lambda n: [of_each(admitted)(n)],
        of_each(lambda i: example(AgencyDelegated, id=worker(i), agency=f"lpk-{i}", delegates=["a-1", "b-1"][: i % 3])),
    ),
    "a member admitted": (lambda n: [of_each(admitted)(n)], of_each(member)),
    "a member revoked": (
        lambda n: [of_each(admitted)(n), of_each(member)(n)],
        of_each(lambda i: example(MemberRevoked, id=worker(i), agency=f"lpk-{i}")),
    ),
}


def test_every_handler_is_counted_here():
    assert {type_of(type(batch(1)[0])) for _, batch in CASES.values()} == handlers.types


@pytest.mark.parametrize("case", CASES)
async def test_statements(new_training, case):
    before, batch = CASES[case]
    counts = []
    for size in (FEW, MORE):
        training = await new_training()
        for heard in before(size):
            await training.hear(*heard)
        with counting(training.database) as statements:
            await training.inbox.take_in(training.records(batch(size)))
        counts.append(len(statements))
        assert await training.buried() == []
        assert await training.broken() == {}
    small, large = counts
    assert small == large
    assert large <= 20
