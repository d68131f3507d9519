from collections.abc import AsyncIterator

import pytest

from shared.database.unit_of_work import Database
from tests.unit.retractions.story import Story
from tests.world import World, new_world


@pytest.fixture
async def world(databases: dict[str, Database]) -> AsyncIterator[World]:
    async with new_world(databases) as made:
        yield made


@pytest.fixture
async def story(world: World) -> Story:
    """A story of which nothing is told yet."""
    made = Story(world)
    await made.admit()
    return made
