"""All of Pulih on one machine: PostgreSQL, a broker and the four services, started, watched and stopped together."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Literal, Self

import httpx
import psutil

from deploy.embedded import plan, running
from deploy.embedded.faults import StackFailed
from deploy.embedded.folder import Lock
from deploy.embedded.postgres import Postgres
from deploy.embedded.watch import Part, Watch
from shared.http.client import sentence_of
from shared.topology import SERVICES

READY_SECONDS = 90.0
LOOK_SECONDS = 0.2
GIVE_UP_AFTER = 3
"""So many ends of one part before it was ready once: it will not start."""


class Stack:
    """The stack of one folder. All its data is in there, and one stack at a time may use it.

    `async with Stack(folder) as stack:` starts it, keeps it alive and stops it.
    """

    def __init__(
        self,
        folder: Path,
        *,
        ports: Literal["fixed", "free"] = "fixed",
        first_port: int = plan.FIRST_PORT,
        partitions: int = 4,
        extra_env: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder.resolve()
        self.partitions = partitions
        self.extra_env = dict(extra_env or {})
        self.ports: dict[str, int] = {}
        self.operator_key = ""
        self._free = ports == "free"
        self._first_port = first_port
        self._lock = Lock(self.folder)
        self._watches: dict[str, Watch] = {}
        self._keeping: asyncio.Task[None] | None = None
        self._looking = asyncio.Lock()
        self._stopping = False
        self._postgres = Postgres(self.folder / "postgres", log=self.folder / "logs" / "postgres.log")

    @staticmethod
    def find(folder: Path) -> running.RunningStack | None:
        """Find the stack that runs in a folder, in this process or another."""
        return running.find(folder.resolve())

    @property
    def urls(self) -> dict[str, str]:
        """The address of each service."""
        return plan.urls_of(self.ports)

    @property
    def kafka(self) -> str:
        """The address of the broker."""
        return plan.kafka_of(self.ports)

    @property
    def processes(self) -> dict[str, psutil.Popen]:
        """The processes that were started last: `postgres`, `broker` and each service."""
        parts = {name: watch.part.process for name, watch in self._watches.items()}
        return {name: process for name, process in parts.items() if process is not None}

    def database_url(self, service: str) -> str:
        """Give the URL of a service's database, with its role's password."""
        return self._postgres.url(service)

    async def start(self) -> None:
        """Start everything. Returns when every service is ready. Raises `StackFailed`, and then leaves nothing running."""
        self._lock.take()
        try:
            await self._prepare()
            await self._launch()
            await self._until_ready()
        except BaseException:
            await self.stop()
            raise

    async def keep_alive(self) -> None:
        """Start again each part that ends, until the stack is stopped."""
        while not self._stopping:
            await self._look()
            await asyncio.sleep(LOOK_SECONDS)

    async def stop(self) -> None:
        """Stop everything in order: the services finish their current batch, then the broker ends, then PostgreSQL."""
        self._stopping = True
        async with self._looking:  # a part that is being started now is stopped too
            parts = {name: watch.part for name, watch in self._watches.items()}
            await asyncio.gather(*(asyncio.to_thread(parts[name].stop) for name in SERVICES if name in parts))
            for name in ("broker", "postgres"):
                if name in parts:
                    await asyncio.to_thread(parts[name].stop)
        if parts:
            running.write_note(self.folder, self.ports, {})
        self._lock.give_back()

    async def __aenter__(self) -> Self:
        await self.start()
        self._keeping = asyncio.create_task(self.keep_alive())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        if self._keeping:
            await self._keeping

    async def _prepare(self) -> None:
        """End what a killed stack left running, choose the ports and plan the programs."""
        self._stopping = False
        keys = running.keys(self.folder)
        self.operator_key = keys[plan.OPERATOR]
        operators = running.key_file(self.folder, keys)
        before = await asyncio.to_thread(running.end_leftovers, self.folder)
        await asyncio.to_thread(self._postgres.end_leftovers)
        self.ports = plan.free_ports(before) if self._free else plan.ports_from(self._first_port)
        self._postgres.port = self.ports["postgres"]
        services = [
            plan.service(
                name,
                self.folder,
                ports=self.ports,
                partitions=self.partitions,
                keys=keys,
                operators=operators,
                database_url=self._postgres.url(name),
                extra_env=self.extra_env,
            )
            for name in SERVICES
        ]
        broker = plan.broker(self.folder, self.ports["broker"], self.partitions)
        parts: list[Part] = [self._postgres, broker, *services]
        self._watches = {part.name: Watch(part) for part in parts}

    async def _launch(self) -> None:
        """Start all parts at once: services wait for their database. Only a new PostgreSQL is made first."""
        if self._postgres.is_new:
            await self._start(self._watches["postgres"])
        async with self._looking:
            started = await asyncio.gather(*map(self._start, self._watches.values()), return_exceptions=True)
        for fault in started:
            if isinstance(fault, BaseException):
                raise fault

    async def _start(self, watch: Watch) -> None:
        try:
            await watch.start()
        except OSError as fault:
            raise StackFailed(f"{watch.part.name} cannot be started: {fault}") from fault
        running.write_note(
            self.folder, self.ports, self.processes
        )  # at once: after a kill, the next stack must find this program

    async def _look(self) -> None:
        async with self._looking:
            if self._stopping:
                return
            if any(await asyncio.gather(*(watch.look() for watch in self._watches.values()))):
                running.write_note(self.folder, self.ports, self.processes)

    async def _until_ready(self) -> None:
        reasons = dict.fromkeys(SERVICES, "it does not answer yet")
        deadline = monotonic() + READY_SECONDS
        async with httpx.AsyncClient(timeout=5) as http:
            while True:
                answers = await asyncio.gather(
                    *(_why_not_ready(http, service, self.urls[service]) for service in reasons)
                )
                reasons = {service: why for service, why in zip(reasons, answers, strict=True) if why}
                if not reasons:
                    return
                await self._look()
                for name, watch in self._watches.items():
                    if watch.deaths >= GIVE_UP_AFTER:
                        raise StackFailed(f"{name} does not start: {watch.last_words} (see {watch.part.log})")
                if monotonic() > deadline:
                    service, why = next(iter(reasons.items()))
                    path = self._watches[service].part.log
                    raise StackFailed(f"{service} is not ready after {READY_SECONDS:.0f} s: {why} (see {path})")
                await asyncio.sleep(LOOK_SECONDS)


async def _why_not_ready(http: httpx.AsyncClient, service: str, url: str) -> str | None:
    """Ask a service whether it is ready. Gives its reason where it is not."""
    try:
        answer = await http.get(f"{url}/readyz")
    except httpx.TransportError:
        return "it does not answer"
    if answer.status_code == httpx.codes.OK:
        return None
    return sentence_of(service, answer).rstrip(".")
