from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.placement.referring import DEADLINE
from shared.inbox import bookmarks
from tests.unit.placement.office import TODAY, ServiceUnderTest


@pytest.fixture
async def office(database: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ServiceUnderTest]:
    """Placement on fresh tables, on a day of 2021. Whatever a test does to it, its books must be in order at the end."""
    monkeypatch.setattr(DEADLINE, "today", lambda: TODAY)
    monkeypatch.setattr(DEADLINE, "days", 7)
    made = ServiceUnderTest(await database("placement"))
    async with made.database.work() as work:
        await bookmarks.open_for(work, ("registration", "training"), 4)
    yield made
    if not made.tampered:
        assert await made.broken() == []
