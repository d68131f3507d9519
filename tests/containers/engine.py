"""The Docker engine that container tests need: found or not, and nothing of theirs is left in it, however they end."""

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

# before testcontainers is imported, which reads them once: `reaper.py` does what Ryuk does, and needs no image
os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
os.environ.setdefault("TESTCONTAINERS_HOST_OVERRIDE", "localhost")

import docker
from docker.errors import DockerException

ROOT = Path(__file__).parents[2]
LABEL = "pulih.tests"
REQUIRE = "PULIH_REQUIRE_CONTAINERS"


class Engine:
    """One session's use of the engine. What carries its label is removed when the session ends, even by kill -9."""

    def __init__(self) -> None:
        self.session = uuid4().hex[:12]
        self.project = f"pulih-tests-{self.session}"
        """The name of this session's compose project."""
        filters = [f"{LABEL}={self.session}", f"com.docker.compose.project={self.project}"]
        self._reaper = subprocess.Popen(
            [sys.executable, "-m", "tests.containers.reaper", *filters],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the tests
        )

    @property
    def labels(self) -> dict[str, str]:
        return {LABEL: self.session}

    def close(self) -> None:
        """Let the reaper see the end, and wait until it has removed everything."""
        self._reaper.communicate(timeout=120)


def why_not() -> str | None:
    """Say why no container can run here, if so."""
    try:
        client = docker.from_env(timeout=10)
        client.ping()
        client.close()
    except (DockerException, OSError) as fault:
        return f"no Docker engine answers: {str(fault)[:200]}"
    return None


def is_required() -> bool:
    """Whether a container test that cannot run has failed."""
    return os.environ.get(REQUIRE) == "1"
