"""The plan of the embedded stack: its programs, their commands, ports and settings."""

import os
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from deploy.embedded.faults import PortTaken
from deploy.embedded.ports import LOOPBACK, free_port, is_free
from deploy.embedded.programs import Program
from shared.topology import HEARD_BY, SERVICES

PARTS = (*SERVICES, "postgres", "broker")
FIRST_PORT = 8701
"""Registration's port, unless another is given."""
PYTHON = (sys.executable, "-P")
"""With `-P`, Python does not import from the current folder: that may have a `cli/` or `services/` of somebody else."""
PRACTICE: Mapping[str, str] = {"PULIH_PRACTICE": "true"}
"""Settings of a stack that plays programmes of the past, each on its days."""
OPERATOR, SEALING, CONTACT, MASTER = "operator", "sealing", "contact", "master"
SERVICE_KEYS = {service: f"service-{service}" for service in SERVICES}
"""Service -> the name of its own key, with which it asks the others."""
KEYS = (OPERATOR, SEALING, CONTACT, MASTER, *SERVICE_KEYS.values())
"""The names of a stack's keys."""
KEYS_OF = {
    "registration": {"PULIH_SEALING_KEY": SEALING, "PULIH_CONTACT_KEY": CONTACT},
    "notification": {"PULIH_CONTACT_KEY": CONTACT},
}
"""Service -> the keys that it needs to open sealed data: personal data in registration, contacts in notification too."""


def url_of(port: int) -> str:
    """Give the address of a service that listens at this port."""
    return f"http://{LOOPBACK}:{port}"


def urls_of(ports: Mapping[str, int]) -> dict[str, str]:
    """Give the address of each service of a stack with these ports."""
    return {service: url_of(ports[service]) for service in SERVICES}


def kafka_of(ports: Mapping[str, int]) -> str:
    """Give the address of the broker of a stack with these ports."""
    return f"{LOOPBACK}:{ports['broker']}"


def ports_from(first: int) -> dict[str, int]:
    """Give each part a port, beginning with this one. Raises `PortTaken`."""
    ports = {part: first + nth for nth, part in enumerate(PARTS)}
    for part, port in ports.items():
        if not is_free(port):
            raise PortTaken(f"port {port}, which {part} needs, is taken by another program")
    return ports


def free_ports(before: Mapping[str, int]) -> dict[str, int]:
    """Choose a free port for each part: its port before, where that is still free."""
    ports: dict[str, int] = {}
    for part in PARTS:
        kept = before.get(part)
        ports[part] = kept if kept and is_free(kept) else free_port(but_not=_taken(ports, before))
    return ports


def _taken(ports: Mapping[str, int], before: Mapping[str, int]) -> Collection[int]:
    return {*ports.values(), *before.values()}


def command_of(service: str) -> list[str]:
    """Give the command that serves a service, as in containers."""
    return [*PYTHON, "-m", "cli.main", "serve", service]


def broker(folder: Path, port: int, partitions: int) -> Program:
    """Plan the broker."""
    module = [*PYTHON, "-m", "deploy.embedded.broker"]
    where = ["--port", str(port), "--port-file", str(folder / "broker.address")]
    more = ["--partitions", str(partitions), "--parent", str(os.getpid())]
    return Program("broker", [*module, *where, *more], port=port, env={}, log=folder / "logs" / "broker.log")


def service(
    name: str,
    folder: Path,
    *,
    ports: Mapping[str, int],
    partitions: int,
    keys: Mapping[str, str],
    operators: Path,
    database_url: str,
    extra_env: Mapping[str, str],
) -> Program:
    """Plan a service. `operators` is the key file."""
    env = {
        "PULIH_DATABASE_URL": database_url,
        "PULIH_KAFKA": kafka_of(ports),
        "PULIH_PORT": str(ports[name]),
        "PULIH_HOST": LOOPBACK,
        "PULIH_OPERATORS": str(operators),
        "PULIH_SERVICE_KEY": keys[SERVICE_KEYS[name]],
        "PULIH_PARTITIONS": str(partitions),
        "PULIH_BROKER_FORGETS": "true",
        "PULIH_LISTENERS": ",".join(url_of(ports[listener]) for listener in HEARD_BY[name]),
        "PULIH_EXIT_WITH_PARENT": str(os.getpid()),
        **{setting: keys[kind] for setting, kind in KEYS_OF.get(name, {}).items()},
        **({"PULIH_MASTER_KEYS": f"1:{keys[MASTER]}"} if name == "registration" else {}),
        **({"PULIH_ERASED_FILE": str(folder / "erased" / f"{name}.txt")} if name in KEYS_OF else {}),
    }
    return Program(
        name, command_of(name), port=ports[name], env=env | dict(extra_env), log=folder / "logs" / f"{name}.log"
    )
