"""The folder in which a run of the tests keeps its data. It is locked; after a kill the next run removes it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import psutil

from deploy.embedded import running
from deploy.embedded.faults import StackFailed
from deploy.embedded.folder import Lock
from deploy.embedded.postgres import Postgres

PREFIX = "pulih-tests-"
MEMORY = Path("/dev/shm")  # noqa: S108  each run has a folder of its own in it
ROOM = 6 * 2**30
"""Bytes free in memory from which on the data is kept there; a run uses 3 GiB at most."""


def places() -> set[Path]:
    """Name the folders that a run's folder may lie in."""
    return {MEMORY, Path(tempfile.gettempdir())}


def best_place() -> Path:
    """Give the folder for the data: in memory where there is room.

    Each test makes and drops databases of 300 files. A disk's file system is slow at that, ten times slower on some.
    """
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM:
        return MEMORY
    return Path(tempfile.gettempdir())


@contextmanager
def locked_folder(place: Path) -> Iterator[Path]:
    """Make a folder and lock it; it is removed in the end.

    It gets its name when it is locked already, so that another run never takes it for a killed one's.
    """
    new = Path(tempfile.mkdtemp(prefix="pulih-new-", dir=place))
    lock = Lock(new)
    lock.take()
    folder = new.rename(place / f"{PREFIX}{uuid4().hex[:12]}")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.give_back()


def clear_away_killed_runs() -> None:
    """End and remove what killed runs left. Several processes may do this at once."""
    for place in places():
        for folder in place.glob(f"{PREFIX}*"):
            lock = Lock(folder)
            with suppress(StackFailed, OSError, psutil.Error):
                lock.take()
                for note in folder.rglob(running.NOTE):
                    running.end_leftovers(note.parent)  # frozen ones do not notice that their parent has ended
                for note in folder.rglob("postmaster.pid"):
                    Postgres(note.parents[1]).end_leftovers()
                shutil.rmtree(folder, ignore_errors=True)
            lock.give_back()
