"""A program of the stack as an operating-system process with a log of its own."""

import os
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import psutil

from deploy.embedded.faults import PortTaken
from deploy.embedded.ports import is_free

ROOT = Path(__file__).parents[2]
"""The folder of our packages, so that a program finds them from any folder."""
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
        """Start it, in a session of its own: Ctrl-C reaches only the stack, which ends its programs in order.

        Raises `PortTaken` where another program listens at its port.
        """
        if not is_free(self.port):
            raise PortTaken(f"port {self.port}, which {self.name} needs, is taken by another program")
        found = os.environ.get("PYTHONPATH")
        path = f"{ROOT}{os.pathsep}{found}" if found else str(ROOT)
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
        """Say whether it runs now."""
        return self.process is not None and self.process.poll() is None

    def stop(self, patience: float = 20.0) -> None:
        """Ask it to end, and kill it after `patience` seconds."""
        if self.process is None or not self.is_running():
            return
        self.process.terminate()
        try:
            self.process.wait(patience)
        except psutil.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def have_ended(processes: Iterable[psutil.Process], patience: float) -> bool:
    """Wait at most `patience` seconds until these processes have ended. Gives whether all have.

    A zombie has ended: in a container there may be no process that reaps it.
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
    """Open a log to append to; one over 50 MB is moved aside first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_name(f"{path.name}.1"))
    return path.open("ab")


def last_line(log: Path) -> str:
    """Give the last line of a log."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 4_096))
            lines = file.read().decode(errors="replace").strip().splitlines()
    except OSError:
        lines = []
    return lines[-1] if lines else "its log is empty"
