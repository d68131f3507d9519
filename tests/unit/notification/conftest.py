"""An office of notification with a real database, told what to hear record by record."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from sqlalchemy import Row

from services.notification.app import create
from services.notification.settings import NotificationSettings
from shared.database.unit_of_work import Database
from shared.events import NO_ENVELOPE, AgencyAdmitted, Event, type_of
from shared.http.auth import hash_of
from shared.inbox.inbox import Inbox
from shared.kafka.records import headers_of
from shared.service import Service

OPERATOR_KEY = "operators-key"
SPEAKERS = ("registration", "training", "placement")


@dataclass
class ServiceUnderTest:
    """The service without its doors: what it is given it hears, and its books can be looked at."""

    service: Service
    http: httpx.AsyncClient
    settings: NotificationSettings
    said: dict[str, int] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.service.database

    @property
    def inbox(self) -> Inbox:
        return self.service.inbox

    def records(self, *events: Event, speaker: str = "training") -> list[Any]:
        """Put events on a speaker's topic, in order."""
        made = []
        for event in events:
            previous = self.said.get(speaker, 0)
            position = self.said[speaker] = previous + 1
            bare = msgspec.structs.replace(event, envelope=NO_ENVELOPE)
            headers = headers_of(
                position=position,
                previous=previous,
                partition=0,
                id=event.envelope.id,
                type=type_of(type(event)),
                time=event.envelope.at,
                speaker=speaker,
            )
            made.append(
                SimpleNamespace(
                    topic=speaker,
                    partition=0,
                    offset=position,
                    timestamp=0,
                    key=str(event.key).encode(),
                    value=msgspec.json.encode(bare),
                    headers=headers,
                )
            )
        return made

    async def hear(self, *events: Event, speaker: str = "training") -> None:
        await self.inbox.take_in(self.records(*events, speaker=speaker))

    async def rows(self, sql: str, **values: Any) -> Sequence[Row[Any]]:
        async with self.database.work() as work:
            return await work.rows(sql, **values)

    async def messages(self) -> list[tuple[str, str]]:
        """Give (receiver, state) of every message, in the order they were kept."""
        return [(row[0], row[1]) for row in await self.rows("SELECT receiver, state FROM message ORDER BY position")]

    async def journal(self) -> list[tuple[str, dict[str, Any]]]:
        return [(row[0], row[1]) for row in await self.rows("SELECT type, data FROM journal ORDER BY position")]

    async def figures(self) -> dict[str, int]:
        async with self.database.reading() as work:
            return await self.service.audit.figures(work)

    async def broken_rules(self) -> list[str]:
        async with self.database.reading() as work:
            return [id for broken in await self.service.audit.broken_rules(work) for id in broken.ids]

    async def admit(self, slug: str, *, role: str = "office", name: str = "", email: str | None = None) -> str:
        """Let an agency speak; gives its key."""
        key = f"key of {slug}"
        number = len(self.said) + sum(self.said.values()) + 1_000_000
        admitted = AgencyAdmitted(
            id=UUID(int=number), agency=slug, name=name or slug, role=role, key_hash=hash_of(key), email=email
        )
        said = msgspec.structs.replace(NO_ENVELOPE, id=UUID(int=number))
        await self.hear(msgspec.structs.replace(admitted, envelope=said), speaker="registration")
        return key


@pytest.fixture
async def open_office(
    database: Callable[[str], Awaitable[Database]],
) -> AsyncIterator[Callable[..., Awaitable[ServiceUnderTest]]]:
    """Open an office with these settings, on a database of its own or on another office's."""
    opened: list[ServiceUnderTest] = []

    async def open_(of: ServiceUnderTest | None = None, **given: Any) -> ServiceUnderTest:
        url = (of or SimpleNamespace(database=await database("notification"))).database.engine.url
        settings = NotificationSettings(
            database_url=url.set(drivername="postgresql").render_as_string(hide_password=False),
            operator_key=OPERATOR_KEY,
            **given,
        )
        service, app = create(settings)
        service.is_open = True
        async with service.database.work() as work:
            await work.run(
                "INSERT INTO bookmark SELECT speaker, 0, 0, 0 FROM unnest(CAST(:speakers AS text[])) AS s(speaker) "
                "ON CONFLICT DO NOTHING",
                speakers=list(SPEAKERS),
            )
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://notification")
        opened.append(ServiceUnderTest(service, http, settings, of.said if of else {}))
        return opened[-1]

    yield open_
    for office in opened:
        await office.http.aclose()
        await office.database.close()


@pytest.fixture
async def office(open_office: Callable[..., Awaitable[ServiceUnderTest]]) -> ServiceUnderTest:
    """An office that delivers into mailboxes."""
    return await open_office()
