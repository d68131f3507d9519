"""The faults of the embedded stack: each is one sentence that says why it does not run.

StackFailed
├── FolderInUse      another Pulih runs in this folder
├── PortTaken        another program listens at a port that we need
├── PostgresFailed   PostgreSQL could not be made or started
└── BrokerFailed     the broker could not be started
"""


class StackFailed(Exception):
    """The stack, or a part of it, could not be started."""


class FolderInUse(StackFailed):
    """Another Pulih is running in this folder."""


class PortTaken(StackFailed):
    """Another program listens at a port that we need."""


class PostgresFailed(StackFailed):
    """PostgreSQL could not be made or started."""


class BrokerFailed(StackFailed):
    """The broker could not be started."""
