"""What the tests stand on: one real PostgreSQL and one broker for the session, and fresh tables for each test."""

import gc
import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.embedded.postgres import Postgres
from shared import clock
from shared.database.unit_of_work import Database
from tests.databases import fresh_databases
from tests.folders import best_place, clear_away_killed_runs, locked_folder
from tests.slow import arrange, forbid_servers

pytest_plugins = ["tests.containers.fixtures"]


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    arrange(items)


def pytest_collection_finish() -> None:
    gc.freeze()  # what was imported stays: looking through it again and again took a tenth of the time


@pytest.fixture(autouse=True)
def only_slow_tests_start_servers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.get_closest_marker("slow") is None:
        forbid_servers(monkeypatch)


@pytest.fixture(autouse=True)
def logging_is_put_back() -> Iterator[None]:
    """Undo what a program run in this process did to logging: the next test's streams are others."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(autouse=True)
def the_clock_is_the_real_one() -> Iterator[None]:
    """Undo what a test of a practice stack did to this process's clock."""
    yield
    clock.move(timedelta(0))


@pytest.fixture(scope="session")
def session_folder() -> Iterator[Path]:
    """A folder for the session. Not pytest's own: where root runs the tests, PostgreSQL's user must get down to it."""
    clear_away_killed_runs()
    with locked_folder(best_place()) as folder:
        yield folder


@pytest.fixture
def folder(session_folder: Path) -> Iterator[Path]:
    """A folder for one test's stack, in the session's."""
    made = session_folder / uuid4().hex[:12]
    made.mkdir()
    yield made
    shutil.rmtree(made, ignore_errors=True)


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
