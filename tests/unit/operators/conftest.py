"""A service's observer over a fresh database, without Kafka."""

import asyncio

import pytest

from shared.inbox import bookmarks
from shared.inbox.consumer import Consumer
from shared.inbox.handlers import Handlers
from shared.inbox.inbox import Inbox
from shared.outbox.history import History
from shared.outbox.relay import Relay
from shared.settings import Settings
from shared.telemetry.observing import Observer
from tests.key_files import key_file


class Watched:
    """An observer, its database, and what it would be told of readiness."""

    def __init__(self, database, gauges, **settings) -> None:
        url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        given = Settings(database_url=url, operators=key_file(), **settings)
        self.database = database
        self.trouble = None
        self.inbox = Inbox(database, Handlers())
        self.consumer = Consumer(self.inbox, given, service="training", hears=["registration"])
        self.relay = Relay(
            given, service="training", wake=asyncio.Event(), pace=None, history=History(given, "training")
        )
        self.observer = Observer(database, self.consumer, self.relay, gauges=gauges, why_not_ready=self.why_not_ready)

    async def why_not_ready(self):
        return self.trouble

    async def ask_figures(self):
        for gauge in self.observer.gauges:
            await self.observer._query(gauge)

    def shown(self):
        """What Prometheus would read: (name, label values in the order of their names) -> value."""
        return {
            (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
            for family in self.observer.collect()
            for sample in family.samples
        }


@pytest.fixture
async def watched(database):
    async def make(service="training", gauges=(), **settings):
        opened = await database(service)
        async with opened.work() as work:
            await bookmarks.open_for(work, ["registration"], 4)
        return Watched(opened, gauges, **settings)

    return make
