"""A service's observer over a fresh database, without Kafka."""

import asyncio

import pytest

from shared import bookmarks
from shared.handlers import Handlers
from shared.hearing import Hearing
from shared.messaging import Listener
from shared.observing import Observer
from shared.relay import Relay
from shared.settings import Settings


class Watched:
    """An observer, its database, and what it would be told of readiness."""

    def __init__(self, database, figures, **settings) -> None:
        url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        given = Settings(database_url=url, operator_key="x", **settings)
        self.database = database
        self.trouble = None
        self.hearing = Hearing(database, Handlers())
        self.listener = Listener(self.hearing, given, service="training", hears=["registration"])
        self.relay = Relay(given, service="training", wake=asyncio.Event(), pace=None)
        self.observer = Observer(database, self.listener, self.relay, figures=figures, why_not_ready=self.why_not_ready)

    async def why_not_ready(self):
        return self.trouble

    async def ask_figures(self):
        for figure in self.observer.figures:
            await self.observer._ask(figure)

    def shown(self):
        """What Prometheus would read: (name, label values in the order of their names) -> value."""
        return {
            (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
            for family in self.observer.collect()
            for sample in family.samples
        }


@pytest.fixture
async def watched(database):
    async def make(service="training", figures=(), **settings):
        opened = await database(service)
        async with opened.work() as work:
            await bookmarks.open_for(work, ["registration"], 4)
        return Watched(opened, figures, **settings)

    return make
