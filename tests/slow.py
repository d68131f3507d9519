"""Which tests are slow, which of them share a worker, and a guard: no other test starts a server."""

import subprocess
from pathlib import Path

import pytest

from deploy.embedded.broker import Broker
from deploy.embedded.postgres import Postgres
from tests.containers.engine import why_not

TESTS = Path(__file__).parent
GROUPS = ("faults", "journeys", "containers")
"""Folders whose tests run one after the other, in one worker: they use all that a machine has.

Where a Docker engine answers they are one group, in this order: Kafka, PostgreSQL and the embedded stacks side by side are
too much for two cores. The tests of containers measure seconds; they come last, when the other worker has finished.
pytest-xdist begins with the largest groups.
"""
NEEDED_BY_SLOW = {"session_folder", "docker_engine"}
"""Fixtures that every PostgreSQL, broker, stack and container stands on."""
SERVERS = {"postgres", "initdb", "deploy.embedded.broker", "cli.main", "tests.chain", "docker", "make"}


def arrange(items: list[pytest.Item]) -> None:
    """Mark what is slow, and what belongs to a group."""
    groups = {item: group for item in items if (group := group_of(item))}
    one_after_the_other = "containers" in groups.values() and why_not() is None
    for item in items:
        group = groups.get(item)
        if group:
            item.add_marker(pytest.mark.xdist_group("machine" if one_after_the_other else group))
        if group or NEEDED_BY_SLOW & {*getattr(item, "fixturenames", ())}:
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: GROUPS.index(groups[item]) if item in groups else -1)


def group_of(item: pytest.Item) -> str | None:
    """Name a test's group, if it has one."""
    if item.get_closest_marker("containers"):
        return "containers"
    folder = item.path.relative_to(TESTS).parts[0]
    return folder if folder in GROUPS else None


def forbid_servers(patch: pytest.MonkeyPatch) -> None:
    """Fail the test if it starts PostgreSQL, a broker, a stack or a container."""
    start = subprocess.Popen.__init__

    def refuse(what: str) -> None:
        pytest.fail(f"this test starts {what}, so it must be marked `slow`: see tests/README.md")

    def start_no_server(process, words, *more, **how) -> None:
        listed = [words] if isinstance(words, str | Path) else words
        if found := SERVERS & {Path(str(word)).name for word in listed}:
            refuse(", ".join(sorted(found)))
        start(process, words, *more, **how)

    patch.setattr(subprocess.Popen, "__init__", start_no_server)
    patch.setattr(Postgres, "start", lambda _: refuse("PostgreSQL"))
    patch.setattr(Broker, "start", lambda _: refuse("a broker"))
