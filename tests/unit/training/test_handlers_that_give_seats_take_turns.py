"""Two batches that race see each other: the second reads nothing before the first has committed."""

import asyncio

import pytest

from contract.examples import OFFICE
from services.training.handlers import handlers
from shared.agencies import KEPT
from shared.events import AttendanceRecorded, CoursePaused, type_of
from tests.locks import waits_for_its_turn
from tests.service_under_test import kinds
from tests.unit.training.examples import (
    amended,
    cancelled,
    claim_added,
    claim_ended,
    course_retracted,
    erased,
    graded,
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
    seat_declined,
    split,
    voided,
    withdrawn,
)


async def test_a_course_offered_while_a_worker_is_registered_misses_nobody(training):
    async with training.database.work() as work:
        await handlers.handle([offered("S1")], work)
        registering = asyncio.create_task(training.hear(registered(1)))
        assert await waits_for_its_turn(training, registering)
    assert kinds(await registering) == ["WorkerEnrolled"]


async def test_the_last_seat_is_given_once(training):
    await training.hear(offered("S1", seats=1))
    async with training.database.work() as work:
        await handlers.handle([registered(1)], work)
        registering = asyncio.create_task(training.hear(registered(2)))
        assert await waits_for_its_turn(training, registering)
    assert kinds(await registering)[-1] == "WorkerWaitlisted"
    assert await training.seats("S1") == {1: 1}


EVENTS = [
    registered(3),
    amended(2, wishes=["barista"]),
    claim_added(1, OFFICE),
    claim_ended(1, OFFICE),
    withdrawn(1),
    placed(1),
    graded(1),
    restricted(2),
    erased(1),
    offered("S2"),
    cancelled("S1"),
    paused("S1"),
    resumed("S1"),
    result(1, "S1"),
    no_show(1, "S1"),
    seat_declined(1),
    retracted(1, "S1", 1),
    course_retracted("S1", 2, CoursePaused),
    reinstated(1),
    voided(1),
    merged(2, into=1),
    split(2, former=1),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
async def test_every_handler_waits_for_its_turn(training, event):
    await training.hear(offered("S1", seats=1), registered(1), registered(2))
    async with training.database.work() as work:
        await work.take_turns()
        hearing = asyncio.create_task(training.hear(event))
        assert await waits_for_its_turn(training, hearing)
    await hearing


def test_every_handler_is_asked():
    asked = {type_of(type(event)) for event in EVENTS}
    assert handlers.types - {type_of(kind) for kind in (*KEPT, AttendanceRecorded)} == asked
