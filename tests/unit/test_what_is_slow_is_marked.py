"""`make test-fast` starts no server: every test that needs one is marked, and one that is not marked fails."""

import subprocess
import sys

import pytest

from deploy.embedded.broker import Broker
from deploy.embedded.postgres import Postgres
from tests.slow import GROUPS, NEEDED_BY_SLOW, SERVERS, TESTS

REFUSED = pytest.raises(pytest.fail.Exception, match="must be marked `slow`")


def test_a_test_that_needs_a_server_is_marked(request):
    for item in request.session.items:
        needs = NEEDED_BY_SLOW & {*item.fixturenames} or item.path.relative_to(TESTS).parts[0] in GROUPS
        assert not needs or item.get_closest_marker("slow"), item.nodeid


def test_one_that_is_not_marked_cannot_start_postgresql(tmp_path):
    with REFUSED:
        Postgres(tmp_path / "postgres").start()


def test_one_that_is_not_marked_cannot_start_a_broker():
    with REFUSED:
        Broker().start()


@pytest.mark.parametrize("server", sorted(SERVERS))
def test_one_that_is_not_marked_cannot_start_a_server_in_a_process(server):
    with REFUSED:
        subprocess.run([sys.executable, "-m", server, "--help"], check=False)


def test_another_program_can_be_started():
    assert subprocess.run([sys.executable, "-c", "pass"], check=False).returncode == 0


@pytest.mark.slow
def test_one_that_is_marked_can_start_a_broker():
    broker = Broker()
    broker.start()
    broker.stop()
