"""The four services without Kafka: what each says waits in partitions, and is heard by each listener in whatever order a test likes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date
from itertools import count
from typing import Any
from unittest.mock import patch
from uuid import UUID

import httpx
import msgspec

from cli.auditing.balance import judge
from cli.auditing.findings import Balance
from services.notification.app import create as create_notification
from services.notification.settings import NotificationSettings
from services.placement.audit import make_audit
from services.placement.domain.terms import Terms
from services.placement.handlers import make_handlers
from services.registration import agencies, store
from services.registration.app import create as create_registration
from services.registration.walk_ins import announce_known
from services.training.audit import AUDIT as TRAINING
from services.training.handlers import handlers as training_handlers
from shared import clock
from shared.audit import audit_of
from shared.database.unit_of_work import Database
from shared.events import EVENTS, Envelope
from shared.http.paging import BEFORE_ALL
from shared.inbox import bookmarks
from shared.topology import HEARS, SERVICES
from tests.key_files import key_file
from tests.service_under_test import ServiceUnderTest
from tests.spoken import place_of, spoken
from tests.unit.registration.posting import DeskUnderTest, settings_for

PARTITIONS = 4
TODAY = date(2021, 9, 25)
"""The day in a new world: newcomers may start on the courses of the stories."""
Queue = tuple[str, str, int]
"""A listener, a speaker, a partition of the speaker's topic."""


class World:
    """Four services, and what each has not heard yet of the others."""

    def __init__(self, services: dict[str, ServiceUnderTest]) -> None:
        self.services = services
        self._said: dict[tuple[str, int], list[Any]] = {(s, p): [] for s in SERVICES for p in range(PARTITIONS)}
        self._read = dict.fromkeys(SERVICES, 0)
        self._heard = {
            (listener, speaker, partition): 0
            for listener in SERVICES
            for speaker in HEARS[listener]
            for partition in range(PARTITIONS)
        }

    async def id_of(self, nik: str) -> str | None:
        """Give the id that a NIK names, whomever that means."""
        seals = self.desk.seals
        found = await self.desk.rows("SELECT id FROM worker WHERE nik_print = :nik", nik=seals.nik_fingerprint(nik))
        return str(found[0].id) if found else None

    @property
    def desk(self) -> DeskUnderTest:
        desk = self.services["registration"]
        assert isinstance(desk, DeskUnderTest)
        return desk

    async def waiting(self) -> list[Queue]:
        """Name the queues in which something waits to be heard."""
        for speaker in SERVICES:
            await self._publish(speaker)
        return [queue for queue, heard in self._heard.items() if heard < len(self._said[queue[1], queue[2]])]

    async def hear(self, queue: Queue, most: int = 1) -> None:
        """Let a listener take in the next records of a partition, as one batch."""
        listener, speaker, partition = queue
        records = self._said[speaker, partition][self._heard[queue] :][:most]
        self._heard[queue] += len(records)
        await self.services[listener].inbox.take_in(records)
        buried = await self.services[listener].rows("SELECT type, reason FROM dead_letter")
        assert buried == [], (queue, buried)

    async def settle(self) -> None:
        """Let everybody hear everything; the desk looks up who came to an employer's door."""
        await announce_known(self.desk.database)
        while queues := await self.waiting():
            for queue in queues:
                await self.hear(queue, most=1_000)

    async def deferred(self) -> list[int]:
        """Give the positions of the events that some service has heard and not handled."""
        found = [await each.rows("SELECT position FROM deferred_event") for each in self.services.values()]
        return [row.position for rows in found for row in rows]

    async def balance(self) -> Balance:
        """Judge the four services as `pulih verify` does."""
        audits, whereabouts = {}, {}
        for name, service in self.services.items():
            async with service.database.reading() as work:
                audits[name] = await audit_of(work, service.audit)
                found = await service.audit.whereabouts(work, BEFORE_ALL, 10_000)
            journal = audits[name]["journal"]
            journal["published"] = journal["position"]
            journal["last_by_partition"] = [
                self._said[name, partition][-1].offset if self._said[name, partition] else 0
                for partition in range(PARTITIONS)
            ]
            whereabouts[name] = [(str(each.worker), each.spell, each.state) for each in found]
        return judge(audits, whereabouts)

    async def _publish(self, speaker: str) -> None:
        rows = await self.services[speaker].rows(
            "SELECT position, id, type, key, time, CAST(data AS text) AS data FROM journal WHERE position > :after "
            "ORDER BY position",
            after=self._read[speaker],
        )
        for row in rows:
            envelope = Envelope(id=row.id, at=row.time, by=f"/{speaker}", position=row.position)
            event = msgspec.structs.replace(msgspec.json.decode(row.data, type=EVENTS[row.type]), envelope=envelope)
            said = self._said[speaker, place_of(row.key, PARTITIONS)[1]]
            previous = said[-1].offset if said else 0
            said.append(spoken(event, row.position, by=speaker, previous=previous))
            self._read[speaker] = row.position


async def empty(database: Database) -> None:
    """Empty a service's tables, as if they had just been made."""
    async with database.work() as work:
        tables = await work.rows(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN "
            "('alembic_version', 'cursor', 'access')"  # nobody may empty the record of who asked
        )
        await work.run(f"TRUNCATE {', '.join(row.tablename for row in tables)} RESTART IDENTITY CASCADE")


@asynccontextmanager
async def new_world(databases: dict[str, Database], *, most_unapproved: int = 1_000) -> AsyncIterator[World]:
    """Make four services on these databases, without consumers and relays. Each time workers and agencies have the same ids.

    An employer offers so many openings without approval.
    """
    for database in databases.values():
        await empty(database)
    clock.move(TODAY - clock.real_today())
    ids = count(0x0190_0000_0000_7000_8000_0000_0000_0001)
    with (
        patch.object(store, "uuid7", lambda: UUID(int=next(ids))),
        patch.object(agencies, "uuid7", lambda: UUID(int=next(ids))),
    ):
        async with _services(databases, Terms(most_unapproved=most_unapproved)) as world:
            yield world


@asynccontextmanager
async def _services(databases: dict[str, Database], terms: Terms) -> AsyncIterator[World]:
    service, app = create_registration(settings_for(databases["registration"]))
    service.is_open = True
    writer = asyncio.create_task(app.state.desk.run())
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://desk")
    desk = DeskUnderTest(service, client)
    desk.seals = app.state.desk.seals
    url = databases["notification"].engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    notification, _ = create_notification(NotificationSettings(database_url=url, operators=key_file("operator")))
    services = {
        "registration": desk,
        "training": ServiceUnderTest(databases["training"], training_handlers, TRAINING),
        "placement": ServiceUnderTest(databases["placement"], make_handlers(terms), make_audit(terms)),
        "notification": ServiceUnderTest(databases["notification"], notification.handlers, notification.audit),
    }
    for name, each in services.items():
        async with each.database.work() as work:
            await bookmarks.open_for(work, HEARS[name], PARTITIONS)
    try:
        yield World(services)
    finally:
        writer.cancel()
        with suppress(asyncio.CancelledError):
            await writer
        await client.aclose()
        await service.database.close()
        await notification.database.close()
