"""The signals that stop a command that runs until it is stopped."""

import asyncio
import signal
from collections.abc import Callable

STOP = (signal.SIGINT, signal.SIGTERM)
"""Ctrl-C, and what `kill` and Docker send."""
TERMINAL_CLOSED = signal.SIGHUP


def on_signals(do: Callable[[], object], *numbers: signal.Signals) -> None:
    """Have the running event loop do this, and only this, at each of these signals."""
    for number in numbers:
        asyncio.get_running_loop().add_signal_handler(number, do)
