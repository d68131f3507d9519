"""Someone who sees that every program of the stack keeps running, and starts again what has died."""

import asyncio
import logging
from pathlib import Path
from time import monotonic
from typing import Protocol

import psutil

from deploy.embedded.programs import last_line

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
"""Seconds between a death and the next start; the pause doubles while it keeps dying."""
SETTLED_SECONDS = 30.0
"""Who has lived so long begins again with the first pause."""


class Part(Protocol):
    """What the watch looks after: PostgreSQL, the broker, a service."""

    name: str
    log: Path
    process: psutil.Popen | None

    def start(self) -> None:
        """Start it."""

    def is_running(self) -> bool:
        """Say whether it runs at this moment."""

    def stop(self) -> None:
        """Stop it in order."""


class Watch:
    """Looks after one part."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.deaths = 0
        self.last_words = ""
        self._pause = FIRST_PAUSE
        self._started = monotonic()
        self._due: float | None = None

    async def start(self) -> None:
        """Start the part for the first time. It may take a while, so others are not kept waiting."""
        self._started = monotonic()
        await _start_whole(self.part)

    async def look(self) -> bool:
        """Look once; answers whether the part was started again."""
        if self.part.is_running():
            return False
        if self._due is None:
            self._note_death()
            return False
        if monotonic() < self._due:
            return False
        self._due, self._started = None, monotonic()
        try:
            await _start_whole(self.part)
        except Exception as fault:  # noqa: BLE001  whatever it is, it is tried again and said aloud
            self._note_death(str(fault))
            return False
        return True

    def _note_death(self, reason: str = "") -> None:
        if monotonic() - self._started > SETTLED_SECONDS:
            self._pause, self.deaths = FIRST_PAUSE, 0
        self.deaths += 1
        code = self.part.process.poll() if self.part.process else None
        self.last_words = reason or f"it ended with code {code}: {last_line(self.part.log)}"
        log.warning("%s: %s; starting it again in %.1f s", self.part.name, self.last_words, self._pause)
        self._due = monotonic() + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)


async def _start_whole(part: Part) -> None:
    """Start a part, to the end even where whoever waits for it is cancelled: half started, nobody would stop it."""
    starting = asyncio.create_task(asyncio.to_thread(part.start))
    try:
        await asyncio.shield(starting)
    except asyncio.CancelledError:
        await asyncio.wait([starting])
        raise
