"""Why an embedded Pulih does not run: each fault is one sentence that says what to look at.

StackFailed
├── FolderInUse      another Pulih runs in this folder
├── PortTaken        another program listens where ours wants to
├── PostgresFailed   PostgreSQL could not be made or started
└── BrokerFailed     the broker could not be started
"""


class StackFailed(Exception):
    """The stack, or a part of it, could not be started."""


class FolderInUse(StackFailed):
    """Another Pulih is running in this folder."""


class PortTaken(StackFailed):
    """Another program listens where ours wants to."""


class PostgresFailed(StackFailed):
    """PostgreSQL could not be made or started."""


class BrokerFailed(StackFailed):
    """The broker could not be started."""
