import asyncio

import pytest

from services.placement.handlers import handlers
from tests.unit.placement.office import declined, posted, registered

MEETINGS = {
    "a vacancy meets a worker": ([], [posted("A")], [registered(1)]),
    "a worker meets a vacancy": ([], [registered(1)], [posted("A")]),
    "an opening given back meets a worker": ([posted("A"), registered(2)], [declined(2)], [registered(1)]),
    "two workers meet one opening": ([posted("A")], [registered(1)], [registered(2)]),
}


@pytest.mark.parametrize(("before", "first", "second"), MEETINGS.values(), ids=MEETINGS)
async def test_what_two_instances_do_at_once_they_do_one_after_the_other(office, before, first, second):
    """Else neither would see the other's row, and a worker would look in vain beside an opening that fits."""
    await office.hear(*before)

    async def the_other_instance():
        async with office.database.work() as work:
            await handlers.handle(second, work)

    async with office.database.work() as work:
        await handlers.handle(first, work)
        other = asyncio.create_task(the_other_instance())
        await asyncio.sleep(0.3)
        assert not other.done()
    await other
    assert await office.broken() == []
    assert "referred" in (await office.states()).values()
