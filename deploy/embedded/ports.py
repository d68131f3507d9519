"""Free TCP ports on 127.0.0.1."""

import secrets
import socket
from collections.abc import Collection

LOOPBACK = "127.0.0.1"
FIRST, LAST = 20_000, 32_000
"""Below the ports of outgoing connections on Linux and macOS, so that a restarted program finds its port still free."""


def is_free(port: int) -> bool:
    """Say whether a program could listen at this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_port(*, but_not: Collection[int] = ()) -> int:
    """Find a port at which no program listens."""
    while True:
        port = FIRST + secrets.randbelow(LAST - FIRST)
        if port not in but_not and is_free(port):
            return port
