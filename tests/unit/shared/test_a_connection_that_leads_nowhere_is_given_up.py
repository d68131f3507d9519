"""A failover leaves connections on which nothing ever comes back: they are given up, and the work goes on with new ones."""

import asyncio
from contextlib import asynccontextmanager, suppress
from time import monotonic

import pytest

from shared.database import unit_of_work
from shared.database.unit_of_work import Database
from shared.inbox.inbox import Inbox
from tests.spoken import spoken
from tests.unit.shared.purses import SITI, grant


class Network:
    """Passes on what is sent to PostgreSQL, until it loses everything of the connections that are open."""

    def __init__(self, port):
        self._port = port
        self._open = []

    async def passes_on(self, reader, writer):
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._open += [
            asyncio.create_task(self._pump(reader, there_writer)),
            asyncio.create_task(self._pump(there_reader, writer)),
        ]

    async def _pump(self, reader, writer):
        with suppress(ConnectionError):
            while chunk := await reader.read(65_536):
                writer.write(chunk)
                await writer.drain()
            writer.close()

    def loses_all(self):
        for task in self._open:
            task.cancel()
        self._open.clear()


@asynccontextmanager
async def behind_a_network(database):
    """The same database, behind a network that can lose things."""
    url = database.engine.url
    network = Network(url.port)
    server = await asyncio.start_server(network.passes_on, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    made = Database(url.set(port=port).render_as_string(hide_password=False), service="training")
    try:
        yield made, network
    finally:
        network.loses_all()
        server.close()
        await made.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(unit_of_work, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(unit_of_work, "PATIENT_SECONDS", 1.0)


async def test_a_batch_is_taken_in_although_its_connection_leads_nowhere(purses):
    async with behind_a_network(purses.database) as (database, network):
        inbox = Inbox(database, purses.handlers)
        await inbox.take_in([spoken(grant(SITI, 1), 1)])
        network.loses_all()
        began = monotonic()
        await asyncio.wait_for(inbox.take_in([spoken(grant(SITI, 2), 2, previous=1)]), 20)
        assert 0.4 < monotonic() - began < 10
    assert await purses.held() == {SITI: 3}
    assert await purses.buried() == []


async def test_all_connections_of_the_pool_are_given_up_one_after_the_other(purses):
    async with behind_a_network(purses.database) as (database, network):

        async def asks():
            async with database.work() as work:
                return (await work.rows("SELECT 1 AS one, pg_sleep(0.05)"))[0].one

        assert set(await asyncio.gather(*(asks() for _ in range(8)))) == {1}
        network.loses_all()
        answers = await asyncio.wait_for(asyncio.gather(*(asks() for _ in range(8)), return_exceptions=True), 20)
        assert all(isinstance(each, TimeoutError) for each in answers)
        assert set(await asyncio.gather(*(asks() for _ in range(8)))) == {1}


async def test_who_reads_whole_tables_has_more_patience(purses):
    async with behind_a_network(purses.database) as (database, _):
        with pytest.raises(TimeoutError):
            async with database.work() as work:
                await work.rows("SELECT pg_sleep(0.8)")
        async with database.work(patiently=True) as work:
            await work.rows("SELECT pg_sleep(0.8)")
        async with database.reading() as work:
            await work.rows("SELECT pg_sleep(0.8)")
