"""The service whose inbox and journal these tests use."""

import pytest

from tests.unit.shared.purses import PurseService


@pytest.fixture
async def purses(database):
    made = PurseService(await database("training"))
    await made.open()
    return made
