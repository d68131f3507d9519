"""The four services as processes of this machine, on the Kafka and the PostgreSQL in containers.

It is asked as the embedded `Stack` is, so that one suite judges both.
"""

import asyncio
import base64
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

import asyncpg
import httpx
import psutil

from deploy.embedded import plan
from deploy.embedded.ports import free_port
from deploy.embedded.programs import Program, last_line
from deploy.embedded.watch import Watch
from shared.topology import SERVICES
from tests.containers.servers import Kafka, Postgres
from tests.databases import order
from tests.key_files import key_file

READY_SECONDS = 60


class ContainerStack:
    """A stack of a test's own: fresh databases, topics with a prefix of their own, free ports; what dies is started again.

    `instances` says how many of each service there are; `training`'s second one is named `training-2`.
    """

    def __init__(
        self,
        folder: Path,
        kafka: Kafka,
        postgres: Postgres,
        *,
        partitions: int = 4,
        instances: Mapping[str, int] | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.folder, self.kafka_server, self.postgres = folder, kafka, postgres
        self.kafka = kafka.address
        self.topic_prefix = f"{uuid4().hex[:8]}-"
        self.operator_key = secrets.token_urlsafe(16)
        self.partitions = partitions
        self.settings = plan.PRACTICE | dict(settings or {})
        self.settings_of: Mapping[str, Mapping[str, str]] = {}
        """What one service alone is told, over what all are told."""
        self._keys = {
            kind: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() for kind in ("sealing", "contact")
        }
        counts = instances or {}
        self.names = [
            service if nth == 1 else f"{service}-{nth}"
            for service in SERVICES
            for nth in range(1, counts.get(service, 1) + 1)
        ]
        self.watches: dict[str, Watch] = {}
        self._keeping: asyncio.Task[None] | None = None

    @property
    def urls(self) -> dict[str, str]:
        """Where the first instance of each service answers."""
        return {service: self.url(service) for service in SERVICES}

    @property
    def processes(self) -> dict[str, psutil.Popen]:
        return {name: watch.part.process for name, watch in self.watches.items()}

    def url(self, name: str) -> str:
        return plan.url_of(self.watches[name].part.port)

    def log(self, name: str) -> str:
        return self.watches[name].part.log.read_text()

    def database(self, service: str) -> str:
        return f"{self.topic_prefix.rstrip('-')}_{service}"

    def database_url(self, service: str) -> str:
        return self.postgres.url(service, self.database(service))

    async def order(self, service: str, *statements: str) -> None:
        """Run statements as the administrator in a service's database."""
        await order(self.postgres, *statements, database=self.database(service))

    async def rows(self, service: str, sql: str) -> list[asyncpg.Record]:
        """Ask a service's database."""
        connection = await asyncpg.connect(self.database_url(service))
        try:
            return await connection.fetch(sql)
        finally:
            await connection.close()

    async def everything_in(self, service: str) -> dict[str, str | None]:
        """Give a digest of each of a service's tables, but for the record of who asked: asking changes it."""
        tables = await self.rows(
            service, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'access'"
        )
        digest = "SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM"
        return {table: (await self.rows(service, f'{digest} "{table}" AS t'))[0][0] for (table,) in tables}

    async def __aenter__(self) -> Self:
        for service in SERVICES:
            name = self.database(service)
            await order(self.postgres, f'CREATE DATABASE "{name}" OWNER {service}')
            await order(self.postgres, f'REVOKE CONNECT ON DATABASE "{name}" FROM PUBLIC')
        await self.pulih("topics", "create")
        for name in self.names:
            program = Program(
                name,
                plan.command_of(name.partition("-")[0]),
                port=free_port(but_not=[watch.part.port for watch in self.watches.values()]),
                env={},
                log=self.folder / "logs" / f"{name}.log",
            )
            program.env = self._settings_of(name.partition("-")[0], program.port)
            self.watches[name] = Watch(program)
        try:
            await asyncio.gather(*(watch.start() for watch in self.watches.values()))
            await asyncio.gather(*(self.ready(name) for name in self.names))
        except BaseException:
            await self._stop()
            raise
        self._keeping = asyncio.create_task(self._keep_alive())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    def _settings_of(self, service: str, port: int) -> dict[str, str]:
        return {
            "PULIH_DATABASE_URL": self.database_url(service),
            "PULIH_PORT": str(port),
            "PULIH_EXIT_WITH_PARENT": str(os.getpid()),
            "PULIH_OPERATORS": str(key_file(self.operator_key)),
            **self.client_settings,
            **{name: self._keys[kind] for name, kind in plan.KEYS_OF.get(service, {}).items()},
            **self.settings,
            **self.settings_of.get(service, {}),
        }

    @property
    def client_settings(self) -> dict[str, str]:
        """What every program is told: where Kafka is, what the topics are like, an operator's key."""
        return {
            "PULIH_KAFKA": self.kafka,
            "PULIH_TOPIC_PREFIX": self.topic_prefix,
            "PULIH_PARTITIONS": str(self.partitions),
            "PULIH_OPERATOR_KEY": self.operator_key,
        }

    async def pulih(self, *words: str, code: int = 0, more: Mapping[str, str] | None = None) -> str:
        """Run the `pulih` command with this stack's settings, and give what it printed."""
        urls = {f"PULIH_{service.upper()}_URL": self.url(service) for service in SERVICES if self.watches}
        program = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "cli.main",
            *words,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, "COLUMNS": "200", **self.client_settings, **urls, **self.settings, **(more or {})},
        )
        out, _ = await program.communicate()
        assert program.returncode == code, (words, program.returncode, out.decode())
        return out.decode()

    async def kill(self, name: str) -> None:
        """kill -9; one that is dead at this moment is waited for, and killed as soon as it lives."""
        while not self.watches[name].part.is_running():
            await asyncio.sleep(0.05)
        self.processes[name].kill()

    async def ready(self, name: str, seconds: float = READY_SECONDS) -> None:
        """Wait until an instance is ready."""
        why = "it does not answer"
        try:
            async with asyncio.timeout(seconds):
                while why := await self.why_not_ready(name):
                    await asyncio.sleep(0.2)
        except TimeoutError:
            raise AssertionError(
                f"{name} is not ready after {seconds} s: {why}; {last_line(self.watches[name].part.log)}"
            ) from None

    async def why_not_ready(self, name: str) -> str | None:
        """Ask an instance for its reason, if it is not ready."""
        try:
            async with httpx.AsyncClient(timeout=5, trust_env=False) as http:
                answer = await http.get(f"{self.url(name)}/readyz")
        except httpx.TransportError as fault:
            return f"it does not answer: {type(fault).__name__}"
        return None if answer.is_success else str(answer.json().get("detail"))

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.gather(*(watch.look() for watch in self.watches.values()))
            await asyncio.sleep(0.2)

    async def _stop(self) -> None:
        if self._keeping:
            self._keeping.cancel()
            await asyncio.wait([self._keeping])
        for process in self.processes.values():
            if process is not None and process.is_running():
                process.resume()  # one that is frozen cannot end
        await asyncio.gather(*(asyncio.to_thread(watch.part.stop) for watch in self.watches.values()))
        for service in SERVICES:
            await order(self.postgres, f'DROP DATABASE "{self.database(service)}" WITH (FORCE)')
