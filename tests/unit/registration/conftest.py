import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import httpx
import pytest

from services.registration.app import create
from shared.database.unit_of_work import Database
from tests.unit.registration.front import ServiceUnderTest, settings_for


@pytest.fixture
async def open_office(
    database: Callable[[str], Awaitable[Database]],
) -> AsyncIterator[Callable[..., Awaitable[ServiceUnderTest]]]:
    """Open a front desk without its ear and its voice: HTTP, the writer and the database alone."""
    tasks: list[asyncio.Task[None]] = []
    offices: list[ServiceUnderTest] = []

    async def open_(on: Database | None = None) -> ServiceUnderTest:
        service, app = create(settings_for(on or await database("registration")))
        service.is_open = True
        tasks.append(asyncio.create_task(app.state.desk.run()))
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        offices.append(ServiceUnderTest(service, httpx.AsyncClient(transport=transport, base_url="http://desk")))
        return offices[-1]

    yield open_
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    for office in offices:
        await office.client.aclose()
        await office.database.close()


@pytest.fixture
async def office(open_office: Callable[..., Awaitable[ServiceUnderTest]]) -> ServiceUnderTest:
    """A front desk that knows one agency of each role, named after it."""
    office = await open_office()
    for role in ("office", "employer", "union", "social-insurance", "training-provider"):
        await office.agency(role, role)
    return office
