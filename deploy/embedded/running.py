"""Finds the stack that runs in a folder, by the note that it writes there; the note is void when its process has ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from deploy.embedded import folder as folders
from deploy.embedded import plan
from deploy.embedded.faults import StackFailed
from deploy.embedded.postgres import Postgres
from deploy.embedded.programs import have_ended
from shared import key_file_editing
from shared.key_file import IN_DATA_FOLDER, Operator, PeerService, WrongKeyFile, hash_of
from shared.topology import SERVICES

NOTE = "stack.json"
KEYS = "secrets.json"
FIRST_OPERATOR = Operator("local")


@dataclass(frozen=True)
class RunningStack:
    """A stack that runs in a folder."""

    folder: Path
    pid: int
    ports: Mapping[str, int]
    operator_key: str

    @property
    def urls(self) -> dict[str, str]:
        """The address of each service."""
        return plan.urls_of(self.ports)

    @property
    def kafka(self) -> str:
        """The address of the broker."""
        return plan.kafka_of(self.ports)

    def database_url(self, service: str) -> str:
        """Give the URL of a service's database, with its role's password."""
        return Postgres(self.folder / "postgres", port=self.ports["postgres"]).url(service)


def keys(folder: Path) -> dict[str, str]:
    """Give the keys of a folder's stack: its first operator's, each service's own, those that seal data and contacts, the master key."""
    return folders.keys_in(folder / KEYS, *plan.KEYS)


def key_file(folder: Path, keys: Mapping[str, str]) -> Path:
    """Give the file of who may ask a folder's stack. Makes it with one operator, and puts the services' keys in.

    An operator who was removed from it stays so. Raises `StackFailed` where it is wrong.
    """
    path = folder / IN_DATA_FOLDER
    try:
        if not path.exists():
            key_file_editing.add(path, FIRST_OPERATOR, hash_of(keys[plan.OPERATOR]))
        for service, name in plan.SERVICE_KEYS.items():
            key_file_editing.put(path, PeerService(service), hash_of(keys[name]))
    except WrongKeyFile as wrong:
        raise StackFailed(f"the file {path} is wrong: {wrong}") from None
    return path


def find(folder: Path) -> RunningStack | None:
    """Find the stack that runs in a folder now."""
    note = folders.read(folder / NOTE)
    if note is None or not note["programs"] or not is_alive(note["pid"], note["born"]):
        return None
    return RunningStack(folder=folder, pid=note["pid"], ports=note["ports"], operator_key=keys(folder)[plan.OPERATOR])


def write_note(folder: Path, ports: Mapping[str, int], processes: Mapping[str, psutil.Process]) -> None:
    """Write the note: this process, its ports and its programs."""
    me = psutil.Process()
    programs = {name: {"pid": process.pid, "born": process.create_time()} for name, process in processes.items()}
    note = {"pid": me.pid, "born": me.create_time(), "ports": ports, "programs": programs}
    urls = {service: plan.url_of(ports[service]) for service in SERVICES}
    folders.write(folder / NOTE, note | {"urls": urls})


def is_alive(pid: int, born: float) -> bool:
    """Say whether this very process runs: the system uses process numbers again."""
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - born) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def end_leftovers(folder: Path) -> dict[str, int]:
    """End the programs that a killed stack left running. Gives the ports that it had."""
    note = folders.read(folder / NOTE) or {"ports": {}, "programs": {}}
    processes = [
        psutil.Process(program["pid"])
        for name, program in note["programs"].items()
        if name != Postgres.name
        and is_alive(program["pid"], program["born"])  # PostgreSQL is asked to stop, not killed
    ]
    for process in processes:
        process.kill()  # their parent has ended, and nothing that was committed is lost
    have_ended(processes, 10)
    ports: dict[str, int] = note["ports"]
    return ports
