from collections.abc import Awaitable, Callable

import pytest

from shared.database.unit_of_work import Database
from shared.topology import SERVICES


@pytest.fixture
async def databases(database: Callable[[str], Awaitable[Database]]) -> dict[str, Database]:
    """A database for each of the four services."""
    return {service: await database(service) for service in SERVICES}
