"""A run's folder is its own while it lives; what a killed run left is ended and removed by the next."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from deploy.embedded.programs import have_ended
from tests import folders

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
RUN = """
import os, sys
from pathlib import Path
from deploy.embedded.postgres import Postgres
from tests.folders import locked_folder
with locked_folder(Path(sys.argv[1])) as folder:
    server = Postgres(folder / "a-test" / "postgres")
    server.start()
    print(server.process.pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def place(folder, monkeypatch):
    """The only folder in which runs are looked for."""
    monkeypatch.setattr(folders, "places", lambda: {folder})
    return folder


@pytest.fixture
def run(place):
    """A run with a PostgreSQL, in a process of its own."""
    program = subprocess.Popen(
        [sys.executable, "-c", RUN, str(place)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield program
    program.stdin.close()
    program.wait(30)
    folders.clear_away_killed_runs()


def test_a_run_that_lives_is_left_alone(place, run):
    server = psutil.Process(int(run.stdout.readline()))
    folders.clear_away_killed_runs()
    assert server.is_running()
    assert [path.name.startswith(folders.PREFIX) for path in place.iterdir()] == [True]


def test_a_killed_one_s_servers_are_ended_and_its_folder_is_removed(place, run):
    server = psutil.Process(int(run.stdout.readline()))
    run.kill()
    run.wait()
    assert server.is_running()
    with ThreadPoolExecutor(4) as workers:
        for cleared in [workers.submit(folders.clear_away_killed_runs) for _ in range(4)]:
            cleared.result()
    assert have_ended([server], 5)
    assert list(place.iterdir()) == []


def test_a_folder_is_never_seen_before_it_is_locked(place):
    """Runs begin while others clear away: none loses its folder."""

    def begin(_):
        for _ in range(50):
            with folders.locked_folder(place) as made:
                (made / "data").touch()
                folders.clear_away_killed_runs()
                assert (made / "data").exists()

    with ThreadPoolExecutor(4) as workers:
        assert list(workers.map(begin, range(4))) == [None] * 4
    assert list(place.iterdir()) == []
