from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.placement.audit import AUDIT
from shared.inbox import bookmarks
from shared.topology import HEARS
from tests.service_under_test import ServiceUnderTest
from tests.unit.placement.examples import HANDLERS


@pytest.fixture
async def placement(database: Any) -> AsyncIterator[ServiceUnderTest]:
    """Placement on fresh tables, on a day of 2021. Whatever a test does to it, its rules must hold at the end."""
    made = ServiceUnderTest(await database("placement"), HANDLERS, AUDIT)
    async with made.database.work() as work:
        await bookmarks.open_for(work, HEARS["placement"], 4)
    yield made
    if not made.tampered:
        assert await made.broken() == {}
