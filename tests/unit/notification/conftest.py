"""Notification with a real database: events in record by record, messages and events out, and its HTTP routes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from services.notification.app import create
from services.notification.settings import NotificationSettings
from shared.database.unit_of_work import Database
from shared.events import AgencyAdmitted
from shared.inbox import bookmarks
from shared.key_file import hash_of
from shared.service import Service
from tests.key_files import key_file
from tests.service_under_test import ServiceUnderTest

OPERATOR_KEY = "operators-key"


class NotificationUnderTest(ServiceUnderTest):
    """Notification without its consumer and its relay."""

    def __init__(self, service: Service, app: FastAPI, settings: NotificationSettings) -> None:
        super().__init__(service.database, service.handlers, service.audit)
        self.service = service
        self.settings = settings
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://notification")

    def forget_positions(self) -> None:
        """Begin the speakers' topics again: what is heard next stands at the positions of what was heard first."""
        self._next.clear()
        self._last.clear()

    async def messages(self) -> list[tuple[str, str]]:
        """Give (receiver, state) of every message, in the order they were kept."""
        return [(row[0], row[1]) for row in await self.rows("SELECT receiver, state FROM message ORDER BY position")]

    async def journal(self) -> list[tuple[str, dict[str, Any]]]:
        """Give (type, data) of every event that the service says."""
        return [(row[0], row[1]) for row in await self.rows("SELECT type, data FROM journal ORDER BY position")]

    async def broken_ids(self) -> list[str]:
        return [id for ids in (await self.broken()).values() for id in ids]

    async def admit(
        self, slug: str, *, role: str = "office", name: str = "", email: str | None = None, region: str | None = None
    ) -> str:
        """Let an agency speak; gives its key."""
        key = f"key of {slug}"
        known = (await self.rows("SELECT count(*) FROM agency"))[0][0]
        await self.hear(
            AgencyAdmitted(
                id=UUID(int=1_000_000 + known),
                agency=slug,
                name=name or slug,
                role=role,
                key_hash=hash_of(key),
                email=email,
                region=region,
            )
        )
        return key


Open = Callable[..., Awaitable[NotificationUnderTest]]


@pytest.fixture
async def open_notification(database: Callable[[str], Awaitable[Database]]) -> AsyncIterator[Open]:
    """Open a service with these settings, on a database of its own or on another's (`on`)."""
    opened: list[NotificationUnderTest] = []

    async def open_(on: NotificationUnderTest | None = None, **given: Any) -> NotificationUnderTest:
        url = (on.database if on else await database("notification")).engine.url
        settings = NotificationSettings(
            database_url=url.set(drivername="postgresql").render_as_string(hide_password=False),
            operators=key_file(OPERATOR_KEY),
            **given,
        )
        service, app = create(settings)
        service.is_open = True
        async with service.database.work() as work:
            await bookmarks.open_for(work, service.hears, settings.partitions)
        opened.append(NotificationUnderTest(service, app, settings))
        return opened[-1]

    yield open_
    for each in opened:
        await each.http.aclose()
        await each.database.close()


@pytest.fixture
async def notification(open_notification: Open) -> NotificationUnderTest:
    """A service that delivers into mailboxes."""
    return await open_notification()
