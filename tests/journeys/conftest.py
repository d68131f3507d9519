"""The same journeys on two stacks: the embedded one, and containers."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from tests.containers.stack import ContainerStack
from tests.played import stack_in

EMBEDDED, CONTAINERS = "embedded", "containers"
CANNOT = {
    "two members in a group": "its broker fails SyncGroup as soon as a second member joins a group",
}
"""What the embedded stack cannot do, and why."""


class Stacks:
    """Gives a test its stack, of the kind that it is parametrized with."""

    def __init__(self, kind: str, folder: Path, request: pytest.FixtureRequest) -> None:
        self.kind, self.folder, self._request = kind, folder, request

    def open(self, **how) -> AbstractAsyncContextManager:
        """Start a stack; leaving it stops it. Only containers take `instances`: see `needs`."""
        if self.kind == EMBEDDED:
            return stack_in(self.folder, **how)
        kafka, postgres = (self._request.getfixturevalue(name) for name in ("kafka", "container_postgres"))
        return ContainerStack(self.folder, kafka, postgres, **how)

    def needs(self, what: str) -> None:
        """Skip a test, by the name of what it needs, on the stack that cannot do that."""
        if self.kind == EMBEDDED:
            pytest.skip(f"the embedded stack cannot have {what}: {CANNOT[what]}")


@pytest.fixture(params=[EMBEDDED, pytest.param(CONTAINERS, marks=pytest.mark.containers)])
def stacks(request, folder):
    if request.param == CONTAINERS:
        request.getfixturevalue("docker_engine")  # or else skipped here, before anything is started
    return Stacks(request.param, folder, request)
