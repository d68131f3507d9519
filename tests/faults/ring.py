"""Three services in a row that carry chains of hashes, as processes that can be killed and frozen."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx

from tests.chain import HEARS, START, TABLES, WORKERS, keep

KEY = "operators"
ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


class BrokerProcess:
    """A broker of a test's own, at one port, that can be killed; started again, it has forgotten everything."""

    def __init__(self, folder: Path, prefix: str) -> None:
        self.port = free_port()
        self.note = folder / "broker.address"
        self.prefix = prefix
        self.start()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def start(self):
        self.note.unlink(missing_ok=True)
        words = ["--port-file", str(self.note), "--port", str(self.port), "--prefix", self.prefix]
        self.process = subprocess.Popen([sys.executable, "-m", "deploy.embedded.broker", *words], cwd=ROOT)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.start()

    def close(self):
        self.process.kill()
        self.process.wait()


class Ring:
    """The services of `tests/chain.py` on one PostgreSQL and one broker."""

    def __init__(
        self, databases, broker, prefix, logs: Path, *, events: int, pause: float = 0.01, forgets: bool = True
    ):
        self.databases = databases
        self.logs = logs
        self.ports = {name: free_port() for name in HEARS}
        self.processes: dict[str, subprocess.Popen] = {}
        self.kills = 0
        self.environment = {
            "PULIH_KAFKA": broker,
            "PULIH_TOPIC_PREFIX": prefix,
            "PULIH_OPERATOR_KEY": KEY,
            "PULIH_BROKER_FORGETS": str(forgets),
            "PULIH_PAGE": "200",
            "CHAIN_EVENTS": str(events),
            "CHAIN_PAUSE": str(pause),
        }
        self.events = events

    def url(self, name):
        return f"http://127.0.0.1:{self.ports[name]}"

    async def open(self):
        for database in self.databases.values():
            async with database.work() as work:
                for statement in TABLES.split(";"):
                    await work.run(statement)
        async with self.databases["registration"].work() as work:
            # rows to lock from the first event on
            await keep(work, dict.fromkeys(WORKERS, (0, START)))
        for name in HEARS:
            self.start(name)

    def start(self, name):
        listeners = [self.url(other) for other, hears in HEARS.items() if name in hears]
        url = self.databases[name].engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        own = {
            "PULIH_DATABASE_URL": url,
            "PULIH_PORT": str(self.ports[name]),
            "PULIH_LISTENERS": ",".join(listeners),
        }
        with (self.logs / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "tests.chain", name],
                cwd=ROOT,
                env={**os.environ, **self.environment, **own},
                stdout=log,
                stderr=log,
            )

    def kill(self, name):
        """kill -9, and start again."""
        self.processes[name].kill()
        self.processes[name].wait()
        self.kills += 1
        self.start(name)

    def freeze(self, name):
        self.processes[name].send_signal(signal.SIGSTOP)

    def wake(self, name):
        self.processes[name].send_signal(signal.SIGCONT)

    def close(self):
        for process in self.processes.values():
            process.kill()
            process.wait()

    async def lengths(self):
        return {name: await self._length(name) for name in self.databases}

    async def _length(self, name):
        async with self.databases[name].work() as work:
            return int((await work.rows("SELECT coalesce(sum(n), 0) FROM chain"))[0][0])

    async def settled(self, seconds=90):
        """Wait until every service has heard every event."""
        async with asyncio.timeout(seconds):
            while True:
                lengths = await self.lengths()
                if lengths["registration"] >= self.events and len(set(lengths.values())) == 1:
                    return
                await asyncio.sleep(0.1)

    async def assert_nothing_lost_doubled_or_reordered(self):
        chains = {}
        for name, database in self.databases.items():
            async with database.work() as work:
                assert await work.rows("SELECT * FROM broken") == []
                chains[name] = {row.worker: (row.n, row.hash) for row in await work.rows("SELECT * FROM chain")}
                # what was said, counted in the journal itself: each link of each worker once
                doubled = await work.rows("SELECT key, data->>'item' FROM journal GROUP BY 1, 2 HAVING count(*) > 1")
                assert doubled == []
                ((said,),) = await work.rows("SELECT count(*) FROM journal")
                assert said == sum(n for n, _ in chains[name].values())
        assert chains["registration"] == chains["training"] == chains["placement"]

    async def ready(self, name, seconds=20):
        async with asyncio.timeout(seconds), httpx.AsyncClient() as http:
            while True:
                try:
                    if (await http.get(f"{self.url(name)}/readyz")).status_code == 200:
                        return
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.1)
