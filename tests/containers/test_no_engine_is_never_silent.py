"""Where no Docker engine answers, container tests are skipped with the reason; where they are required, they fail."""

import os
import re
import subprocess
import sys

import pytest

from tests.containers.engine import REQUIRE, ROOT

PROBE = "tests/containers/test_each_service_has_a_database_of_its_own.py"


def run_the_probe(required: str, *how: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *how, PROBE],
        cwd=ROOT,
        env={**os.environ, "DOCKER_HOST": "unix:///nowhere/docker.sock", REQUIRE: required},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


IN_ONE_PROCESS = pytest.param((), id="in one process")
IN_A_WORKER = pytest.param(("--numprocesses=1", "--dist=loadgroup"), id="in a worker")


@pytest.mark.parametrize("how", [IN_ONE_PROCESS, IN_A_WORKER])
@pytest.mark.parametrize("required", ["", "0"])
def test_without_an_engine_they_are_skipped_and_say_why(required, how):
    code, said = run_the_probe(required, *how)
    assert code == 0, said
    assert re.search(r"SKIPPED .*no Docker engine answers: ", said)
    assert " passed" not in said


@pytest.mark.parametrize("how", [IN_ONE_PROCESS, IN_A_WORKER])
def test_where_they_are_required_they_fail_and_say_why(how):
    code, said = run_the_probe("1", *how)
    assert code == 1, said
    assert f"{REQUIRE}=1, and no Docker engine answers: " in said
    assert not re.search(r"\d skipped", said)
