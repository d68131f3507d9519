"""The office that these tests speak to."""

import pytest

from tests.unit.shared.office import Office


@pytest.fixture
async def office(database):
    made = Office(await database("training"))
    await made.open()
    return made
