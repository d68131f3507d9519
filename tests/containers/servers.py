"""The official images of Kafka and PostgreSQL as the tests run them: one of each, at ports that outlive a restart."""

import secrets
import shlex
import time
from collections.abc import Mapping
from pathlib import Path

from tests.containers.engine import ROOT, Engine  # isort: skip  it sets what testcontainers reads
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from deploy.embedded.ports import LOOPBACK, free_port
from shared.topology import SERVICES

KAFKA_IMAGE = "apache/kafka:4.3.1"
POSTGRES_IMAGE = "postgres:17"
KAFKA_TOOLS = "/opt/kafka/bin"


class Server:
    """A container that can be killed, frozen and started again."""

    def __init__(self, container: DockerContainer) -> None:
        self.container = container

    @property
    def docker(self):
        return self.container.get_wrapped_container()

    def kill(self) -> None:
        """kill -9."""
        self.docker.kill()
        self.docker.wait()

    def start(self) -> None:
        self.docker.start()

    def run(self, *words: str, environment: Mapping[str, str] | None = None) -> str:
        """Run a program in the container and give what it printed."""
        code, said = self.docker.exec_run(list(words), environment=dict(environment or {}))
        assert code == 0, (shlex.join(words), said.decode())
        return said.decode()

    def close(self) -> None:
        self.container.stop()


class Kafka(Server):
    """Apache Kafka: a plain listener for everybody, and two (SCRAM, TLS) where ACLs decide.

    A port has the same number inside and outside, so that the advertised address is good for the tools inside too.
    """

    def __init__(self, engine: Engine, certificates: Path) -> None:
        ports = {name: free_port() for name in ("PLAINTEXT", "SCRAM", "TLS")}
        self.address = f"{LOOPBACK}:{ports['PLAINTEXT']}"
        self.scram_address = f"{LOOPBACK}:{ports['SCRAM']}"
        self.tls_address = f"{LOOPBACK}:{ports['TLS']}"
        scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
        container = DockerContainer(KAFKA_IMAGE, labels=engine.labels).with_envs(
            KAFKA_NODE_ID="1",
            KAFKA_PROCESS_ROLES="broker,controller",
            KAFKA_CONTROLLER_QUORUM_VOTERS="1@localhost:9093",
            KAFKA_LISTENERS=",".join([f"{name}://:{port}" for name, port in ports.items()] + ["CONTROLLER://:9093"]),
            KAFKA_ADVERTISED_LISTENERS=",".join(f"{name}://{LOOPBACK}:{port}" for name, port in ports.items()),
            KAFKA_LISTENER_SECURITY_PROTOCOL_MAP="CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SCRAM:SASL_PLAINTEXT,TLS:SASL_SSL",
            KAFKA_CONTROLLER_LISTENER_NAMES="CONTROLLER",
            KAFKA_INTER_BROKER_LISTENER_NAME="PLAINTEXT",
            KAFKA_SASL_ENABLED_MECHANISMS="SCRAM-SHA-512,SCRAM-SHA-256",
            KAFKA_LISTENER_NAME_SCRAM_SCRAM___SHA___512_SASL_JAAS_CONFIG=scram,
            KAFKA_LISTENER_NAME_SCRAM_SCRAM___SHA___256_SASL_JAAS_CONFIG=scram,
            KAFKA_LISTENER_NAME_TLS_SCRAM___SHA___512_SASL_JAAS_CONFIG=scram,
            KAFKA_LISTENER_NAME_TLS_SCRAM___SHA___256_SASL_JAAS_CONFIG=scram,
            KAFKA_LISTENER_NAME_TLS_SSL_KEYSTORE_TYPE="PEM",
            KAFKA_LISTENER_NAME_TLS_SSL_KEYSTORE_LOCATION="/certificates/broker.pem",
            KAFKA_AUTHORIZER_CLASS_NAME="org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            KAFKA_SUPER_USERS="User:ANONYMOUS",
            KAFKA_AUTO_CREATE_TOPICS_ENABLE="false",
            KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR="1",
            KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS="4",
            KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR="1",
            KAFKA_TRANSACTION_STATE_LOG_MIN_ISR="1",
            KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR="1",
            KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR="1",
            KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS="0",
            KAFKA_HEAP_OPTS="-Xms256m -Xmx512m",
        )
        for port in ports.values():
            container.with_bind_ports(port, port)
        container.with_volume_mapping(str(certificates), "/certificates", "ro")
        container.waiting_for(LogMessageWaitStrategy("Kafka Server started").with_startup_timeout(60))
        super().__init__(container)
        container.start()

    def tool(self, name: str, *words: str) -> str:
        """Run one of Kafka's own programs against this broker."""
        return self.run(f"{KAFKA_TOOLS}/{name}.sh", "--bootstrap-server", self.address, *words)


class Postgres(Server):
    """PostgreSQL, with the roles and databases that `deploy/postgres` makes; asked as the embedded one is."""

    def __init__(self, engine: Engine) -> None:
        self.port = free_port()
        self.passwords = {who: secrets.token_urlsafe(12) for who in ("postgres", *SERVICES)}
        container = (
            DockerContainer(POSTGRES_IMAGE, labels=engine.labels)
            .with_command("postgres -c max_connections=300 -c fsync=off")  # the container dies, never the machine
            .with_env("POSTGRES_PASSWORD", self.passwords["postgres"])
            .with_envs(**{f"PULIH_{service.upper()}_PASSWORD": self.passwords[service] for service in SERVICES})
            .with_volume_mapping(str(ROOT / "deploy" / "postgres"), "/docker-entrypoint-initdb.d", "ro")
            .with_bind_ports(5432, self.port)
        )
        super().__init__(container)
        container.start()
        self.until_open()

    def url(self, service: str, database: str | None = None) -> str:
        return f"postgresql://{service}:{self.passwords[service]}@{LOOPBACK}:{self.port}/{database or service}"

    def admin_url(self, database: str = "postgres") -> str:
        return self.url("postgres", database)

    def ask(self, sql: str, *, role: str = "postgres", database: str = "postgres") -> tuple[int, str]:
        """Ask by TCP, as a role; gives psql's exit code and what it said."""
        words = ["psql", "-h", LOOPBACK, "-U", role, "-d", database, "-Atqc", sql]
        code, said = self.docker.exec_run(words, environment={"PGPASSWORD": self.passwords[role]})
        return code, said.decode().strip()

    def until_open(self, seconds: float = 60) -> None:
        """Wait until the role that is made last can log in: before, the server listens at its socket alone."""
        deadline = time.monotonic() + seconds
        while self.ask("SELECT 1", role=SERVICES[-1], database=SERVICES[-1])[0]:
            assert time.monotonic() < deadline, self.docker.logs(tail=20).decode()
            time.sleep(0.3)
