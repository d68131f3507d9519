from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from services.training.audit import AUDIT
from services.training.handlers import handlers
from shared import clock
from shared.inbox import bookmarks
from shared.topology import HEARS
from tests.unit.training.examples import TrainingUnderTest


@pytest.fixture(autouse=True)
def newcomers_may_start() -> None:
    """Let it be a day before the courses of the examples begin."""
    clock.move(date(2021, 2, 10) - clock.real_today())


@pytest.fixture
def new_training(database: Any) -> Callable[[], Awaitable[TrainingUnderTest]]:
    """Make training on fresh tables: `await new_training()`."""

    async def make() -> TrainingUnderTest:
        made = TrainingUnderTest(await database("training"), handlers, AUDIT)
        async with made.database.work() as work:
            await bookmarks.open_for(work, HEARS["training"], 4)
        return made

    return make


@pytest.fixture
async def training(new_training: Any) -> AsyncIterator[TrainingUnderTest]:
    """Training on fresh tables. Whatever a test does to it, nothing is buried and its audit holds at the end."""
    made = await new_training()
    yield made
    if not made.tampered:
        assert await made.buried() == []
        assert await made.broken() == {}
        await _balances(made)


async def _balances(training: TrainingUnderTest) -> None:
    figures = await training.figures()
    assert figures["applied"] == sum(
        figures[name] for name in ("enrolled", "waiting", "withdrawn", "refused", "absent")
    )
    taken = sum(row.taken for row in await training.rows("SELECT taken FROM course"))
    assert taken == figures["graduated"] + figures["not-completed"] + figures["in-training"] - figures["left-early"]
