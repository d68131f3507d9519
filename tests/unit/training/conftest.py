from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.inbox import bookmarks
from tests.unit.training.office import ServiceUnderTest


@pytest.fixture
async def office(database: Any) -> AsyncIterator[ServiceUnderTest]:
    """Training on fresh tables. Whatever a test lets it hear, nothing is buried and its books are in order at the end."""
    made = ServiceUnderTest(await database("training"))
    async with made.database.work() as work:
        await bookmarks.open_for(work, ("registration", "placement"), 4)
    yield made
    if not made.tampered:
        assert await made.buried() == []
        assert await made.broken() == {}
        await _balances(made)


async def _balances(office: ServiceUnderTest) -> None:
    figures = await office.figures()
    assert figures["applied"] == sum(figures[name] for name in ("enrolled", "waiting", "withdrawn", "refused"))
    taken = sum(row.taken for row in await office.rows("SELECT taken FROM course"))
    assert taken == figures["graduated"] + figures["not-completed"] + figures["in-training"]
