"""Where Kafka and PostgreSQL are: the embedded ones, or Apache Kafka and PostgreSQL in containers."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import asyncpg
from aiokafka import AIOKafkaProducer

from deploy.embedded.ports import LOOPBACK, free_port
from deploy.embedded.postgres import Postgres
from shared.database.migrating import migrate
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import create
from shared.topology import SERVICES

Kind = Literal["embedded", "containers"]
KAFKA, POSTGRES = "apache/kafka:4.3.1", "postgres:17"
PARTITIONS = 4
PASSWORD = "measured"  # noqa: S105  of a database that lives for some minutes, on this machine alone
OPTIONS = {"max_connections": "200", "shared_buffers": "256MB", "max_wal_size": "2GB"}
"""As docker-compose.yml sets PostgreSQL; the embedded one has its own."""


@dataclass
class Stack:
    """A broker and a database server."""

    kind: Kind
    kafka_port: int
    admin_url: str
    folder: Path
    postgres_version: str = ""
    _templates: dict[str, str] = field(default_factory=dict)

    @property
    def kafka(self) -> str:
        """Where the broker listens."""
        return f"{LOOPBACK}:{self.kafka_port}"

    @property
    def forgets(self) -> bool:
        """Whether the broker keeps little, and nothing across a restart."""
        return self.kind == "embedded"

    @asynccontextmanager
    async def database(self, service: str) -> AsyncIterator[str]:
        """Make a database with a service's tables; gives its address, and drops it in the end."""
        name = f"bench_{service}_{time.time_ns()}"
        await self._admin(f"CREATE DATABASE {name} TEMPLATE {await self._template(service)}")
        try:
            yield self._url(name)
        finally:
            await self._admin(f"DROP DATABASE {name} WITH (FORCE)")

    async def make_topics(self, prefix: str) -> None:
        """Make the speakers' topics; the embedded broker makes each when it is asked for it."""
        if not self.forgets:
            await create(KafkaSettings(kafka=self.kafka, topic_prefix=prefix, partitions=PARTITIONS))
            return
        producer = AIOKafkaProducer(bootstrap_servers=self.kafka)
        await producer.start()
        for speaker in SERVICES:
            await producer.partitions_for(f"{prefix}{speaker}")
        await producer.stop()

    async def _template(self, service: str) -> str:
        if service not in self._templates:
            name = f"template_{service}_{time.time_ns()}"
            await self._admin(f"CREATE DATABASE {name}")
            await migrate(self._url(name), service)
            self._templates[service] = name
        return self._templates[service]

    def _url(self, database: str) -> str:
        return f"{self.admin_url.rpartition('/')[0]}/{database}"

    async def _admin(self, sql: str) -> None:
        connection = await asyncpg.connect(self.admin_url)
        try:
            await connection.execute(sql)
            self.postgres_version = await connection.fetchval("SHOW server_version")
        finally:
            await connection.close()


@contextmanager
def stack_of(kind: Kind) -> Iterator[Stack]:
    """Run a stack while it is measured. Containers and folders are removed in the end, whatever happened."""
    folder = Path(tempfile.mkdtemp(prefix="pulih-bench-"))
    try:
        with _embedded(folder) if kind == "embedded" else _containers(folder) as stack:
            yield stack
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _embedded(folder: Path) -> Iterator[Stack]:
    server = Postgres(folder / "postgres")
    note = folder / "broker.address"
    words = ["--port-file", str(note), "--parent", str(os.getpid()), "--partitions", str(PARTITIONS)]
    broker = subprocess.Popen([sys.executable, "-m", "deploy.embedded.broker", *words])
    try:
        server.start()
        _until(note.exists)
        yield Stack("embedded", int(note.read_text().rpartition(":")[2]), server.admin_url(), folder)
    finally:
        broker.terminate()
        broker.wait(10)
        server.stop()


@contextmanager
def _containers(folder: Path) -> Iterator[Stack]:
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")  # we remove what we started ourselves
    os.environ.setdefault("TESTCONTAINERS_HOST_OVERRIDE", "localhost")
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415  it reads the environment when imported

    kafka_port, postgres_port = free_port(), free_port()
    kafka = DockerContainer(KAFKA).with_bind_ports(9092, kafka_port)
    for name, value in _kafka_settings(kafka_port).items():
        kafka = kafka.with_env(name, value)
    options = [word for name, value in OPTIONS.items() for word in ("-c", f"{name}={value}")]
    postgres = DockerContainer(POSTGRES, shm_size="256m").with_bind_ports(5432, postgres_port)
    postgres = postgres.with_env("POSTGRES_PASSWORD", PASSWORD).with_command(["postgres", *options])
    with kafka, postgres:
        # while it makes its databases, PostgreSQL does not listen by TCP
        _until(lambda: _says(kafka, "Kafka Server started") and _says(postgres, "init process complete"))
        yield Stack(
            "containers",
            kafka_port,
            f"postgresql://postgres:{quote(PASSWORD)}@{LOOPBACK}:{postgres_port}/postgres",
            folder,
        )


def _kafka_settings(port: int) -> dict[str, str]:
    return {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{LOOPBACK}:{port}",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_INTER_BROKER_LISTENER_NAME": "PLAINTEXT",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_HEAP_OPTS": "-Xms256m -Xmx512m",
    }


def _says(container: Any, words: str) -> bool:  # noqa: ANN401  testcontainers' own
    return any(words in log.decode(errors="replace") for log in container.get_logs())


def _until(holds: Any, seconds: float = 180.0) -> None:  # noqa: ANN401  anything that can be asked
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"the stack is not up after {seconds:.0f} s")
        time.sleep(0.1)
