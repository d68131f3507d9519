"""A small broker for one machine: it speaks Kafka's protocol, keeps everything in memory, and loses it when it ends.

It is librdkafka's mock cluster, from the confluent-kafka package, made through ctypes: the plain way
(`test.mock.num.brokers`) can neither create topics with a given number of partitions nor shorten the wait for a group's
first member. The mock cluster chooses its port itself and cannot be given one. But services must find a restarted
broker at its old address, so its listening socket is replaced: `dup2` puts a socket bound to our port in its place, and
the cluster accepts connections there. There is no proxy, and no byte is copied.

Run as a program: `python -P -m deploy.embedded.broker --port-file FILE [--port N]`.
"""

import argparse
import errno
import os
import signal
import socket
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from deploy.embedded.faults import BrokerFailed
from deploy.embedded.librdkafka import done, kafka, made, quiet
from deploy.embedded.ports import LOOPBACK
from shared.topology import SERVICES

FIRST_MEMBER_MS = 10
"""Milliseconds that a new group waits for more members: there are none."""
OLD_BROKER_SECONDS = 5.0
"""Longest time that a broker which is ending may still hold the port."""
LOOK_SECONDS = 0.2
_PRODUCER, _BROKER, _REPLICAS = 0, 1, 1


class Broker:
    """One broker with one topic for each speaker, in this process."""

    def __init__(
        self, *, port: int = 0, partitions: int = 4, topics: Sequence[str] = SERVICES, prefix: str = ""
    ) -> None:
        self.port = port
        self.partitions = partitions
        self.topics = [f"{prefix}{topic}" for topic in topics]
        self._client: int | None = None
        self._cluster: int | None = None

    @property
    def address(self) -> str:
        """Where it listens: `127.0.0.1:port`."""
        return f"{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Start it; the topics are there when this returns. Raises `OSError` where the port is taken."""
        ours = socket.create_server((LOOPBACK, self.port), backlog=128) if self.port else None
        self._client = made(kafka.rd_kafka_new(_PRODUCER, quiet(), None, 0))
        self._cluster = made(kafka.rd_kafka_mock_cluster_new(self._client, 1))
        chosen = int(kafka.rd_kafka_mock_cluster_bootstraps(self._cluster).decode().rpartition(":")[2])
        kafka.rd_kafka_mock_group_initial_rebalance_delay_ms(self._cluster, FIRST_MEMBER_MS)
        # before anybody can reach it: a client that asks for a topic that is not there would make it
        for topic in self.topics:
            done(kafka.rd_kafka_mock_topic_create(self._cluster, topic.encode(), self.partitions, _REPLICAS))
        if ours:
            ours.settimeout(0)
            os.dup2(ours.fileno(), _listening_at(chosen), inheritable=False)
            ours.close()
            done(kafka.rd_kafka_mock_broker_set_host_port(self._cluster, _BROKER, LOOPBACK.encode(), self.port))
        else:
            self.port = chosen

    def stop(self) -> None:
        """End it; all that was published is lost."""
        if self._cluster is not None:
            kafka.rd_kafka_mock_cluster_destroy(self._cluster)
            kafka.rd_kafka_destroy(self._client)
        self._cluster = self._client = None


def _listening_at(port: int) -> int:
    """Find the file descriptor with which this process listens at a port."""
    for connection in psutil.Process().net_connections("tcp4"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
            return connection.fd
    raise BrokerFailed(f"nothing in this process listens at port {port}")


def serve(broker: Broker, port_file: Path, parent: int) -> None:
    """Run a broker until SIGTERM or SIGINT, or until the process `parent` has ended; write its address to a file."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    deadline = time.monotonic() + OLD_BROKER_SECONDS
    while True:
        try:
            broker.start()
            break
        except OSError as taken:
            if taken.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise
            time.sleep(LOOK_SECONDS)
    new = port_file.with_name(f"{port_file.name}.new")
    new.write_text(broker.address)
    new.replace(port_file)
    while os.getppid() == parent and not stop.wait(LOOK_SECONDS):
        pass
    broker.stop()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(
        prog="python -P -m deploy.embedded.broker", description="A small broker for one machine, with Kafka's protocol"
    )
    parser.add_argument("--port-file", type=Path, required=True, help="where to write 127.0.0.1:PORT when it is ready")
    parser.add_argument("--port", type=int, default=0, help="listen here; without it, at any free port")
    parser.add_argument("--partitions", type=int, default=4, help="of each topic")
    parser.add_argument("--prefix", default="", help="put before each topic's name")
    parser.add_argument("--parent", type=int, default=os.getppid(), help="end when this process has ended")
    given = parser.parse_args()
    serve(Broker(port=given.port, partitions=given.partitions, prefix=given.prefix), given.port_file, given.parent)


if __name__ == "__main__":
    main()
