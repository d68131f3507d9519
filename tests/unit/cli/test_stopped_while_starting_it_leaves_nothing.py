"""Ctrl-C while `pulih up` starts: what was half started is started whole, so that it can be stopped."""

import asyncio
import contextlib
import time
from pathlib import Path

from deploy.embedded.watch import Watch


class Slow:
    """A part that takes a while to start, in a thread that nobody can cancel."""

    name, log, process = "slow", Path("slow.log"), None

    def __init__(self) -> None:
        self.running = False

    def start(self) -> None:
        time.sleep(0.3)
        self.running = True

    def is_running(self) -> bool:
        return self.running

    def stop(self) -> None:
        self.running = False


async def test_a_part_is_started_whole_or_not_at_all() -> None:
    part = Slow()
    starting = asyncio.create_task(Watch(part).start())
    await asyncio.sleep(0.05)
    starting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await starting
    assert starting.cancelled()
    assert part.running  # so that whoever stops the stack now finds it
