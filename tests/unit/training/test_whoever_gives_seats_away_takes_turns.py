"""Two batches that race see each other: the second reads nothing before the first has committed."""

import asyncio

import pytest

from services.training.handlers import handlers
from shared.events import type_of
from tests.unit.training.office import (
    amended,
    cancelled,
    kinds,
    offered,
    paused,
    placed,
    registered,
    result,
    resumed,
    withdrawn,
)


async def test_a_course_offered_while_a_worker_is_registered_misses_nobody(office):
    async with office.database.work() as work:
        await handlers.handle([offered("S1")], work)
        registering = asyncio.create_task(office.hear(registered(1)))
        assert await waits_for_its_turn(office, registering)
    assert kinds(await registering) == ["WorkerEnrolled"]


async def test_the_last_seat_is_given_once(office):
    await office.hear(offered("S1", seats=1))
    async with office.database.work() as work:
        await handlers.handle([registered(1)], work)
        registering = asyncio.create_task(office.hear(registered(2)))
        assert await waits_for_its_turn(office, registering)
    assert kinds(await registering)[-1] == "WorkerWaitlisted"
    assert await office.seats("S1") == {1: 1}


EVENTS = [
    registered(3),
    amended(2, wishes=["barista"]),
    withdrawn(1),
    placed(1),
    offered("S2"),
    cancelled("S1"),
    paused("S1"),
    resumed("S1"),
    result(1, "S1"),
]


async def waits_for_its_turn(office, batch: asyncio.Task) -> bool:
    """Look at PostgreSQL until the batch stands still there, or is through."""
    while not batch.done():
        if await office.rows(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ):
            return True
        await asyncio.sleep(0.01)
    return False


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
async def test_every_handler_waits_for_its_turn(office, event):
    await office.hear(offered("S1", seats=1), registered(1), registered(2))
    async with office.database.work() as work:
        await work.take_turns()
        hearing = asyncio.create_task(office.hear(event))
        assert await waits_for_its_turn(office, hearing)
    await hearing


def test_every_handler_is_asked():
    asked = {type_of(type(event)) for event in EVENTS}
    assert {kind for kind in handlers.types if ".agency." not in kind} == asked
