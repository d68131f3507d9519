"""Three services in a row that carry chains of hashes, as processes that can be killed and frozen."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from deploy.embedded.ports import free_port
from shared.faults import will_pass
from tests.chain import HEARS, START, TABLES, WORKERS, keep
from tests.key_files import key_file

OPERATOR_KEY, SERVICE_KEY = "the-operator", "a-service"
ROOT = Path(__file__).parents[2]


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
    """The services of `tests/chain.py` on one PostgreSQL and one broker.

    `instances` says how many of each there are; `training`'s second one is named `training-2`.
    """

    def __init__(
        self,
        databases,
        broker,
        prefix,
        logs: Path,
        *,
        events: int,
        pause: float = 0.01,
        forgets: bool = True,
        instances: dict[str, int] | None = None,
        **settings: str,
    ):
        self.databases = databases
        self.logs = logs
        counts = instances or {}
        self.names = [
            name if nth == 1 else f"{name}-{nth}" for name in HEARS for nth in range(1, counts.get(name, 1) + 1)
        ]
        self.ports = {name: free_port() for name in self.names}
        self.processes: dict[str, subprocess.Popen] = {}
        self.kills = dict.fromkeys(self.names, 0)
        self.environment = {
            "PULIH_KAFKA": broker,
            "PULIH_TOPIC_PREFIX": prefix,
            "PULIH_OPERATORS": str(key_file(OPERATOR_KEY, SERVICE_KEY)),
            "PULIH_SERVICE_KEY": SERVICE_KEY,
            "PULIH_BROKER_FORGETS": str(forgets),
            "PULIH_EXIT_WITH_PARENT": str(os.getpid()),
            "PULIH_PAGE": "200",
            "CHAIN_EVENTS": str(events),
            "CHAIN_PAUSE": str(pause),
            **settings,
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
        for name in self.names:
            self.start(name)

    def database_url(self, service):
        url = self.databases[service].engine.url.set(drivername="postgresql")
        return url.render_as_string(hide_password=False)

    def start(self, name):
        service = name.partition("-")[0]
        listeners = [self.url(other) for other, hears in HEARS.items() if service in hears]
        own = {
            "PULIH_DATABASE_URL": self.database_url(service),
            "PULIH_PORT": str(self.ports[name]),
            "PULIH_LISTENERS": ",".join(listeners),
        }
        with (self.logs / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "tests.chain", service],
                cwd=ROOT,
                env={**os.environ, **self.environment, **own},
                stdout=log,
                stderr=log,
            )

    def log(self, name):
        return (self.logs / f"{name}.log").read_text()

    def kill(self, name):
        """kill -9, and start again."""
        self.processes[name].kill()
        self.processes[name].wait()
        self.kills[name] += 1
        self.start(name)

    def restart(self, name, **settings: str):
        """Stop in order, and start again with these settings too."""
        self.environment |= settings
        self.processes[name].terminate()
        self.processes[name].wait(30)
        self.start(name)

    def freeze(self, name):
        self.processes[name].send_signal(signal.SIGSTOP)

    def kill_the_heartbeat_of(self, name):
        """End the heartbeat of its Kafka consumer, from within."""
        self.processes[name].send_signal(signal.SIGUSR1)

    def wake(self, name):
        self.processes[name].send_signal(signal.SIGCONT)

    def close(self):
        for process in self.processes.values():
            process.kill()
            process.wait()

    async def enough(self):
        """Stop the speaker: what it has said by now is what must arrive."""
        async with self.databases["registration"].work() as work:
            await work.run("LOCK TABLE enough IN ACCESS EXCLUSIVE MODE")  # what is being said now is said to its end
            await work.run("INSERT INTO enough VALUES (0)")
        self.events = (await self.lengths())["registration"]

    async def lengths(self):
        return {name: await self._length(name) for name in self.databases}

    async def _length(self, name):
        return int((await self.ask(name, "SELECT coalesce(sum(n), 0) FROM chain"))[0][0])

    async def ask(self, name, sql, **values):
        """Ask a service's database; one that was killed meanwhile is asked again."""
        async with asyncio.timeout(30):
            while True:
                try:
                    async with self.databases[name].work() as work:
                        return await work.rows(sql, **values)
                except Exception as fault:
                    if not will_pass(fault):
                        raise
                    await asyncio.sleep(0.2)

    async def at_length(self, name, length, seconds=90):
        """Wait until a service has heard so many events."""
        async with asyncio.timeout(seconds):
            while await self._length(name) < length:
                await asyncio.sleep(0.1)

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
        for name in self.databases:
            assert await self.ask(name, "SELECT * FROM broken") == []
            chains[name] = {row.worker: (row.n, row.hash) for row in await self.ask(name, "SELECT * FROM chain")}
            # what was said, counted in the journal itself: each link of each worker once
            doubled = "SELECT key, data->>'item' FROM journal GROUP BY 1, 2 HAVING count(*) > 1"
            assert await self.ask(name, doubled) == []
            ((said,),) = await self.ask(name, "SELECT count(*) FROM journal")
            assert (name, said) == (name, sum(n for n, _ in chains[name].values()))
        assert chains["registration"] == chains["training"] == chains["placement"]

    async def why_not_ready(self, name):
        try:
            async with httpx.AsyncClient(timeout=5, trust_env=False) as http:
                answer = await http.get(f"{self.url(name)}/readyz")
        except httpx.HTTPError as fault:
            return type(fault).__name__
        return None if answer.is_success else answer.json()["detail"]

    async def ready(self, name, seconds=60):
        async with asyncio.timeout(seconds):
            while await self.why_not_ready(name):
                await asyncio.sleep(0.1)
