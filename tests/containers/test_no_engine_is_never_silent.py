"""Where no Docker engine answers, container tests are skipped with the reason; where they are required, they fail."""

import os
import re
import subprocess
import sys

import pytest

from tests.containers.engine import HOUSE, REQUIRE

PROBE = "tests/containers/test_offices_have_rooms_of_their_own.py"


def run_the_probe(required: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", PROBE],
        cwd=HOUSE,
        env={**os.environ, "DOCKER_HOST": "unix:///nowhere/docker.sock", REQUIRE: required},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("required", ["", "0"])
def test_without_an_engine_they_are_skipped_and_say_why(required):
    code, said = run_the_probe(required)
    assert code == 0, said
    assert re.search(r"SKIPPED .*no Docker engine answers: ", said)
    assert " passed" not in said


def test_where_they_are_required_they_fail_and_say_why():
    code, said = run_the_probe("1")
    assert code == 1, said
    assert f"{REQUIRE}=1, and no Docker engine answers: " in said
    assert not re.search(r"\d skipped", said)
