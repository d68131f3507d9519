"""Prometheus's own programs, wherever they are: on the path, or else in the image that docker-compose.yml names."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

HOUSE = Path(__file__).parents[3]
RULES = HOUSE / "deploy" / "prometheus"
IMAGE = yaml.safe_load((HOUSE / "docker-compose.yml").read_text())["services"]["prometheus"]["image"]


def command_of(program: str, folder: Path, *, name: str = "") -> list[str]:
    """Give the words that run a program of Prometheus's with a folder as /etc/prometheus, or skip the test.

    In a container it stays in this machine's network, and `name` is how it is stopped.
    """
    if path := shutil.which(program):
        return [path]
    if why := _why_no_image():
        message = f"{program} is not installed, and {why}"
        if os.environ.get("PULIH_REQUIRE_CONTAINERS") == "1":
            pytest.fail(message)
        pytest.skip(message)
    named = ["--name", name] if name else []
    mounted = ["--volume", f"{folder}:/etc/prometheus:ro", "--workdir", "/etc/prometheus"]
    as_we = ["--user", f"{os.getuid()}:{os.getgid()}", "--network", "host"]
    return ["docker", "run", "--rm", *named, *mounted, *as_we, "--entrypoint", f"/bin/{program}", IMAGE]


def folder_of(command: list[str], folder: Path) -> str:
    """Say how the program that a command runs names a folder."""
    return "/etc/prometheus" if command[0] == "docker" else str(folder)


def _why_no_image() -> str | None:
    if shutil.which("docker") is None:
        return "there is no Docker"
    if subprocess.run(["docker", "info"], capture_output=True, check=False).returncode:
        return "no Docker engine answers"
    there = subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True, check=False)
    if there.returncode and subprocess.run(["docker", "pull", IMAGE], capture_output=True, check=False).returncode:
        return f"{IMAGE} cannot be pulled"
    return None
