"""One program of the stack as an operating-system process: started, watched and ended, with a log of its own."""

import os
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import psutil

from deploy.embedded.faults import PortTaken
from deploy.embedded.ports import is_free

HOUSE = Path(__file__).parents[2]
"""Where the packages lie, so that a program finds them from any folder."""
LOG_BYTES = 50 * 1024 * 1024


class Program:
    """A command that can be started again and again."""

    def __init__(self, name: str, command: Sequence[str], *, port: int, env: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.command = list(command)
        self.port = port
        self.env = dict(env)
        self.log = log
        self.process: psutil.Popen | None = None

    def start(self) -> None:
        """Start it, in a session of its own: Ctrl-C is for the stack, which ends its programs in their order.

        Raises `PortTaken` where another program listens at its port.
        """
        if not is_free(self.port):
            raise PortTaken(f"port {self.port}, which {self.name} needs, is taken by another program")
        found = os.environ.get("PYTHONPATH")
        path = f"{HOUSE}{os.pathsep}{found}" if found else str(HOUSE)
        with open_log(self.log) as log:
            self.process = psutil.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=os.environ | {"PYTHONPATH": path} | self.env,
            )

    def is_running(self) -> bool:
        """Say whether it runs at this moment."""
        return self.process is not None and self.process.poll() is None

    def stop(self, patience: float = 20.0) -> None:
        """Ask it to end; insist after so many seconds."""
        if self.process is None or not self.is_running():
            return
        self.process.terminate()
        try:
            self.process.wait(patience)
        except psutil.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def are_over(processes: Iterable[psutil.Process], patience: float) -> bool:
    """Wait so many seconds for processes, whoever started them, to be over; answers whether all are.

    One that nobody has buried yet is over: in a container there may be nobody who does.
    """
    left = list(processes)
    deadline = time.monotonic() + patience
    while left := [process for process in left if _lives(process)]:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def open_log(path: Path) -> BinaryIO:
    """Open a log to be added to; one that has grown over 50 MB is put aside first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_name(f"{path.name}.1"))
    return path.open("ab")


def last_line(log: Path) -> str:
    """Give the last thing that a log says."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 4_096))
            lines = file.read().decode(errors="replace").strip().splitlines()
    except OSError:
        lines = []
    return lines[-1] if lines else "it says nothing"
