import asyncio

import pytest

from contract.examples import OFFICE
from tests.locks import waits_for_its_turn
from tests.spoken import heard
from tests.unit.placement.examples import HANDLERS, admitted, declined, posted, registered, states

MEETINGS = {
    "a vacancy meets a worker": ([], [posted("A")], [registered(1)]),
    "a worker meets a vacancy": ([], [registered(1)], [posted("A")]),
    "an opening given back meets a worker": ([posted("A"), registered(2)], [declined(2)], [registered(1)]),
    "a vacancy meets its office's admission": (
        [registered(1)],
        [posted("A", openings=60)],
        [admitted(OFFICE, "office")],
    ),
    "two workers meet one opening": ([posted("A")], [registered(1)], [registered(2)]),
}


@pytest.mark.parametrize(("before", "first", "second"), MEETINGS.values(), ids=MEETINGS)
async def test_what_two_instances_do_at_once_they_do_one_after_the_other(placement, before, first, second):
    """Else neither would see the other's row, and a worker would be overlooked although an opening fits."""
    await placement.hear(*before)

    async def the_other_instance():
        async with placement.database.work() as work:
            await HANDLERS.handle(map(heard, second), work)

    async with placement.database.work() as work:
        await HANDLERS.handle(first, work)
        other = asyncio.create_task(the_other_instance())
        assert await waits_for_its_turn(placement, other)
    await other
    assert await placement.broken() == {}
    assert "referred" in (await states(placement)).values()
