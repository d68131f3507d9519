"""What the tests stand on: one real PostgreSQL and one broker for the session, and fresh tables for each test."""

import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from deploy.embedded.faults import StackFailed
from deploy.embedded.folder import Lock
from deploy.embedded.postgres import Postgres
from shared.database.unit_of_work import Database
from tests.databases import fresh_databases

FOLDER = "pulih-tests-"
pytest_plugins = ["tests.containers.fixtures"]


@pytest.fixture(autouse=True)
def logging_is_put_back() -> Iterator[None]:
    """Undo what a program run in this process did to logging: the next test's streams are others."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="session")
def session_folder() -> Iterator[Path]:
    """A folder for the session. Not pytest's own: where root runs the tests, PostgreSQL's user must get down to it."""
    _clear_away_killed_sessions()
    folder = Path(tempfile.mkdtemp(prefix=FOLDER))
    lock = Lock(folder)
    lock.take()
    yield folder
    lock.give_back()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(session_folder: Path) -> Iterator[Postgres]:
    """A real PostgreSQL, with a role for each service."""
    server = Postgres(session_folder / "postgres")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def templates() -> dict[str, str]:
    """For each service, the database that is migrated once and copied for each test."""
    return {}


@pytest.fixture
async def database(
    postgres: Postgres, templates: dict[str, str]
) -> AsyncIterator[Callable[[str], Awaitable[Database]]]:
    """Make fresh databases: `await database("training")` gives one with that service's tables, dropped after the test."""
    async with fresh_databases(postgres, templates) as make:
        yield make


@pytest.fixture(scope="session")
def broker(session_folder: Path) -> Iterator[str]:
    """The address of a broker in a process of its own; a topic is there on first use, with four partitions."""
    note = session_folder / "broker.address"
    program = subprocess.Popen(
        [sys.executable, "-m", "deploy.embedded.broker", "--port-file", str(note), "--parent", str(os.getpid())],
        cwd=Path(__file__).parents[1],
    )
    deadline = time.monotonic() + 20
    while not note.exists():
        assert program.poll() is None, "the broker ended at its start"
        assert time.monotonic() < deadline, "the broker does not start"
        time.sleep(0.02)
    yield note.read_text()
    program.terminate()
    program.wait(10)


@pytest.fixture
def topic_prefix() -> str:
    """A prefix that no other test's topics and groups have."""
    return f"test-{uuid4().hex[:12]}-"


def _clear_away_killed_sessions() -> None:
    """End and remove what a killed session left: nobody else would."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        lock = Lock(folder)
        with suppress(StackFailed, OSError, psutil.Error):
            lock.take()
            Postgres(folder / "postgres").end_leftovers()
            shutil.rmtree(folder, ignore_errors=True)
        lock.give_back()
