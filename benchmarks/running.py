"""The four services as processes on a stack, each with a database of its own, and their agencies' keys."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from benchmarks.stacks import PARTITIONS, Stack
from deploy.embedded import plan
from deploy.embedded.folder import key
from deploy.embedded.ports import free_port
from deploy.embedded.programs import Program
from deploy.embedded.running import key_file
from shared.topology import HEARD_BY, SERVICES

AGENCIES: dict[str, dict[str, str]] = {
    "office": {"slug": "disnaker-purworejo", "role": "office"},
    "training-provider": {"slug": "blk-purworejo", "role": "training-provider"},
    "job-exchange": {"slug": "bursa-kerja", "role": "office", "region": "11"},
}
"""The agencies that speak here, by what they do.

So many openings of an employer would wait for approval, and an office's do not. The job exchange acts where no worker lives:
as an employer it has a relation to those alone who are referred to it.
"""
READY_SECONDS = 90.0
LOOK_SECONDS = 0.1


class NotSettled(Exception):
    """The services did not come to the end of what was said; the message says how far they came."""


@dataclass
class RunningServices:
    """The services that run."""

    databases: Mapping[str, str]
    ports: Mapping[str, int]
    programs: Mapping[str, Program]
    operator_key: str
    prefix: str
    keys: dict[str, str]
    """Each agency's key, by its name in `AGENCIES`."""

    def url(self, service: str) -> str:
        """Where a service answers."""
        return plan.url_of(self.ports[service])

    def memory(self) -> dict[str, float]:
        """Resident memory of each service's process, in MB (10^6 bytes)."""
        return {
            name: program.process.memory_info().rss / 1e6 for name, program in self.programs.items() if program.process
        }

    def processor_seconds(self) -> dict[str, float]:
        """Processor time that each service's process has used."""
        times = {name: program.process.cpu_times() for name, program in self.programs.items() if program.process}
        return {name: time.user + time.system for name, time in times.items()}

    async def ask(self, service: str, path: str, *, agency: str | None = None, **more: Any) -> Any:  # noqa: ANN401  JSON
        """Ask a service over HTTP, as an agency or as the operator."""
        said = {
            "Authorization": f"Bearer {self.keys[agency] if agency else self.operator_key}",
            **more.pop("headers", {}),
        }
        async with httpx.AsyncClient(timeout=120, trust_env=False) as http:
            answer = await http.request(more.pop("method", "GET"), self.url(service) + path, headers=said, **more)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    async def rows(self, service: str, sql: str) -> list[asyncpg.Record]:
        """Look into a service's database, beside the service."""
        connection = await asyncpg.connect(self.databases[service])
        try:
            found: list[asyncpg.Record] = await connection.fetch(sql)
            return found
        finally:
            await connection.close()

    async def settled(self, *, seconds: float = 1_800.0) -> float:
        """Wait until everything said is published and heard; gives the moment (monotonic) when it was. Raises `NotSettled`."""
        deadline = monotonic() + seconds
        while not await self._is_quiet():
            if monotonic() > deadline:
                raise NotSettled(f"after {seconds:.0f} s: {await self._ends()}")
            await asyncio.sleep(LOOK_SECONDS)
        at = monotonic()
        await asyncio.sleep(2 * LOOK_SECONDS)
        return at if await self._is_quiet() else await self.settled(seconds=deadline - monotonic())

    async def ready(self) -> None:
        """Wait until every service is ready."""
        deadline = monotonic() + READY_SECONDS
        async with httpx.AsyncClient(timeout=5, trust_env=False) as http:
            for name in self.programs:
                while not await _is_ready(http, self.url(name)):
                    if monotonic() > deadline:
                        raise NotSettled(
                            f"{name} is not ready after {READY_SECONDS:.0f} s; see {self.programs[name].log}"
                        )
                    await asyncio.sleep(0.05)

    async def _is_quiet(self) -> bool:
        said, heard = await self._ends()
        return all(
            heard[listener].get(speaker, 0) == said[speaker]
            for speaker in said
            for listener in self._listeners(speaker)
        )

    def _listeners(self, speaker: str) -> Sequence[str]:
        return [listener for listener in HEARD_BY[speaker] if listener in self.programs]

    async def _ends(self) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
        said = {
            name: await self.rows(name, "SELECT coalesce(max(position), 0) AS n FROM journal") for name in self.programs
        }
        heard = {
            name: await self.rows(name, "SELECT topic, max(position) AS n FROM bookmark GROUP BY topic")
            for name in self.programs
        }
        return (
            {name: rows[0]["n"] for name, rows in said.items()},
            {name: {row["topic"]: row["n"] for row in rows} for name, rows in heard.items()},
        )


@asynccontextmanager
async def running_on(stack: Stack, services: Sequence[str] = SERVICES) -> AsyncIterator[RunningServices]:
    """Start services on a stack, and their agencies; they are stopped in the end."""
    prefix = f"bench-{uuid4().hex[:8]}-"
    keys = {name: key() for name in plan.KEYS}
    folder = stack.folder / prefix
    folder.mkdir()
    operators = key_file(folder, keys)
    ports: dict[str, int] = {"broker": stack.kafka_port}
    for name in services:
        ports[name] = free_port(but_not=ports.values())
    heard_by = {name: [other for other in HEARD_BY[name] if other in services] for name in services}
    async with AsyncExitStack() as closing:
        databases = {name: await closing.enter_async_context(stack.database(name)) for name in services}
        await stack.make_topics(prefix)
        programs = {
            name: plan.service(
                name,
                folder / name,
                ports=ports | dict.fromkeys(set(SERVICES) - set(services), 0),
                partitions=PARTITIONS,
                keys=keys,
                operators=operators,
                database_url=databases[name],
                extra_env={
                    "PULIH_TOPIC_PREFIX": prefix,
                    "PULIH_BROKER_FORGETS": str(stack.forgets).lower(),
                    "PULIH_LISTENERS": ",".join(plan.url_of(ports[other]) for other in heard_by[name]),
                },
            )
            for name in services
        }
        running = RunningServices(databases, ports, programs, keys[plan.OPERATOR], prefix, {})
        for program in programs.values():
            program.start()
            closing.callback(program.stop)
        await running.ready()
        await _admit(running)
        yield running


async def _admit(running: RunningServices) -> None:
    for name, known in AGENCIES.items():
        admission = {**known, "name": known["slug"].title()}
        answer = await running.ask("registration", "/agencies", method="POST", json=admission)
        running.keys[name] = answer["key"]
    await running.settled(seconds=60)


async def _is_ready(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(f"{url}/readyz")).is_success
    except httpx.TransportError:
        return False
