"""A real PostgreSQL from a Python package: a database for each service, and a role that can enter no other."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psutil

from deploy.embedded import folder as folders
from deploy.embedded import system_user
from deploy.embedded.faults import PostgresFailed
from deploy.embedded.ports import LOOPBACK, free_port
from deploy.embedded.postgres_databases import SUPERUSER, make_data_folder, make_databases
from deploy.embedded.postgres_programs import PACKAGE, PROGRAMS, C, as_user
from deploy.embedded.programs import have_ended, last_line, open_log
from shared.topology import SERVICES

READY_SECONDS = 120.0
"""Recovery after a kill replays at most `max_wal_size`: only a failing disk takes longer."""
STATUS = 7
"""The line of `postmaster.pid`, counted from 0, that holds the server's state."""
OPTIONS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    # after a kill every file is synced first, and opening thousands takes longer than the rest of the recovery
    "recovery_init_sync_method": "syncfs" if sys.platform == "linux" else "fsync",
    "timezone": "UTC",
    "jit": "off",  # compiling costs more than these short statements take
    # a failed statement would carry personal data into the log
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}


class Postgres:
    """PostgreSQL on one folder. Killed at any moment, it has everything that was committed after the next `start`."""

    name = "postgres"

    def __init__(
        self, folder: Path, *, port: int = 0, log: Path | None = None, services: Sequence[str] = SERVICES
    ) -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.port = port
        self.log = log or self.folder / "postgres.log"
        self.services = tuple(services)
        self.process: psutil.Popen | None = None

    @property
    def is_new(self) -> bool:
        """Whether the data folder has not been made yet."""
        return not (self.data / "PG_VERSION").exists()

    def start(self) -> None:
        """Start it, and make it first where it is new. Returns when it takes connections. Raises `PostgresFailed`."""
        if self.is_running():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self.end_leftovers()
        passwords = self._passwords()
        if self.is_new:
            make_data_folder(self.data, passwords[SUPERUSER])
        self.port = self.port or free_port()
        self._launch()
        make_databases(self.port, passwords.pop(SUPERUSER), passwords)

    def url(self, service: str, database: str | None = None) -> str:
        """Give the URL of a service's database, as the role of that service."""
        password = quote(self._passwords()[service])
        return f"postgresql://{service}:{password}@{LOOPBACK}:{self.port}/{database or service}"

    def admin_url(self, database: str = "postgres") -> str:
        """Give the URL of any database, as the superuser."""
        return self.url(SUPERUSER, database)

    def is_running(self) -> bool:
        """Say whether the server that this object started is still running."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Stop it in order: it cuts connections and writes everything to disk."""
        if self.process is not None:
            _end(self.process)
            self.process.wait()
            self.process = None
        self.end_leftovers()

    def end_leftovers(self) -> None:
        """End the processes that a killed server left running on this folder.

        They are not taken over: they have their old port and settings, and stopping them takes a second.
        """
        leftovers = [process for process in psutil.process_iter(["name"]) if self._is_ours(process)]
        noted = self._noted_pid()
        for process in leftovers:
            if process.pid == noted:
                _end(process)
        for process in leftovers:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        have_ended(leftovers, 10)
        if noted and psutil.pid_exists(noted):
            # after a restart of the machine another process has that number, and PostgreSQL would refuse to start
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.name().startswith("postgres") and Path(process.cwd()) == self.data
        except psutil.Error:
            return False

    def _noted_pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None

    def _passwords(self) -> dict[str, str]:
        return folders.keys_in(self.folder / "passwords.json", SUPERUSER, *self.services)

    def _launch(self) -> None:
        user = system_user.owner_of(self.data)
        if user:
            system_user.let_in(user, PACKAGE, self.data)
        options = [f"--{name}={value}" for name, value in (OPTIONS | {"port": str(self.port)}).items()]
        with open_log(self.log) as log:
            self.process = psutil.Popen(
                [PROGRAMS / "postgres", "-D", self.data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the stack, which stops PostgreSQL last
                env=os.environ | C,
                **as_user(user),
            )
        deadline = time.monotonic() + READY_SECONDS
        while not self._takes_connections():
            if not self.is_running() or time.monotonic() > deadline:
                self.stop()
                raise PostgresFailed(f"PostgreSQL does not start: {last_line(self.log)} (see {self.log})")
            time.sleep(0.02)

    def _takes_connections(self) -> bool:
        if self.process is None or self._noted_pid() != self.process.pid:
            return False
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()[STATUS].strip() == "ready"
        except (OSError, IndexError):
            return False


def _end(process: psutil.Process) -> None:
    """Stop a server: fast, then immediate, then killed. What was committed survives all three."""
    for demand, patience in ((signal.SIGINT, 10), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
        with suppress(psutil.NoSuchProcess):
            process.send_signal(demand)
        if have_ended([process], patience):
            return
