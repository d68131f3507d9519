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
import subprocess, sys
from pathlib import Path
import psutil
from deploy.embedded import running
from deploy.embedded.plan import PARTS
from deploy.embedded.postgres import Postgres
from tests.folders import locked_folder
with locked_folder(Path(sys.argv[1])) as folder:
    server = Postgres(folder / "a-test" / "postgres")
    server.start()
    service = psutil.Popen(["sleep", "600"], stdout=subprocess.DEVNULL)
    running.write_note(folder / "a-test", dict.fromkeys(PARTS, 1), {"training": service})
    print(server.process.pid, service.pid, flush=True)
    sys.stdin.read()
    service.kill()
    service.wait()
    server.stop()
"""


@pytest.fixture
def place(folder, monkeypatch):
    """The only folder in which runs are looked for."""
    monkeypatch.setattr(folders, "places", lambda: {folder})
    return folder


@pytest.fixture
def run(place):
    """A run with a PostgreSQL and a service of a stack, in a process of its own."""
    program = subprocess.Popen(
        [sys.executable, "-c", RUN, str(place)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield program
    program.stdin.close()
    program.wait(30)
    folders.clear_away_killed_runs()


def servers_of(run):
    return [psutil.Process(int(pid)) for pid in run.stdout.readline().split()]


def test_a_run_that_lives_is_left_alone(place, run):
    servers = servers_of(run)
    folders.clear_away_killed_runs()
    assert len(servers) == 2
    assert all(server.is_running() for server in servers)
    assert [path.name.startswith(folders.PREFIX) for path in place.iterdir()] == [True]


def test_a_killed_one_s_servers_are_ended_and_its_folder_is_removed(place, run):
    servers = servers_of(run)
    run.kill()
    run.wait()
    assert all(server.is_running() for server in servers)
    with ThreadPoolExecutor(4) as workers:
        for cleared in [workers.submit(folders.clear_away_killed_runs) for _ in range(4)]:
            cleared.result()
    assert have_ended(servers, 5)
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
