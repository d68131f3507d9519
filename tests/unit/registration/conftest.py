import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any

import httpx
import pytest

from services.registration.app import create
from shared.database.unit_of_work import Database
from shared.inbox import bookmarks
from tests.unit.registration.posting import DeskUnderTest, settings_for


@pytest.fixture
async def open_desk(
    database: Callable[[str], Awaitable[Database]],
) -> AsyncIterator[Callable[..., Awaitable[DeskUnderTest]]]:
    """Open a desk without its consumer and its relay: HTTP, the writer and the database alone."""
    tasks: list[asyncio.Task[None]] = []
    desks: list[DeskUnderTest] = []

    async def open_(on: Database | None = None, **settings: Any) -> DeskUnderTest:
        service, app = create(settings_for(on or await database("registration"), **settings))
        async with service.database.work() as work:
            await bookmarks.open_for(work, service.hears, 4)
        service.is_open = True
        tasks.append(asyncio.create_task(app.state.desk.run()))
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://desk")
        desks.append(DeskUnderTest(service, client))
        return desks[-1]

    yield open_
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    for desk in desks:
        await desk.client.aclose()
        await desk.database.close()


@pytest.fixture
async def desk(open_desk: Callable[..., Awaitable[DeskUnderTest]]) -> DeskUnderTest:
    """A desk that knows one agency of each role, named after it."""
    desk = await open_desk()
    for role in ("office", "employer", "union", "social-insurance", "training-provider"):
        await desk.agency(role, role)
    return desk
