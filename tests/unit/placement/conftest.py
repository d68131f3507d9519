from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.placement.audit import make_audit
from services.placement.domain.terms import Terms
from services.placement.handlers import make_handlers
from shared.inbox import bookmarks
from shared.topology import HEARS
from tests.service_under_test import ServiceUnderTest
from tests.unit.placement.examples import TERMS


@pytest.fixture
def terms_of_referral() -> Terms:
    """The terms that placement is on; a file of tests may have its own."""
    return TERMS


@pytest.fixture
async def placement(database: Any, terms_of_referral: Terms) -> AsyncIterator[ServiceUnderTest]:
    """Placement on fresh tables, on a day of 2021. Whatever a test does to it, its rules must hold at the end."""
    handlers, audit = make_handlers(terms_of_referral), make_audit(terms_of_referral)
    made = ServiceUnderTest(await database("placement"), handlers, audit)
    async with made.database.work() as work:
        await bookmarks.open_for(work, HEARS["placement"], 4)
    yield made
    if not made.tampered:
        assert await made.broken() == {}
