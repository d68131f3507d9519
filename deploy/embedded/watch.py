"""Keeps each program of the stack running: starts it again when it has ended."""

import asyncio
import logging
from pathlib import Path
from time import monotonic
from typing import Protocol

import psutil

from deploy.embedded.programs import last_line
from shared.backoff import Backoff

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
"""Seconds between an end and the next start; the pause doubles while the program keeps ending."""
SETTLED_SECONDS = 30.0
"""A program that has run this long begins again with the first pause."""


class Part(Protocol):
    """What a watch keeps running: PostgreSQL, the broker, a service."""

    name: str
    log: Path
    process: psutil.Popen | None

    def start(self) -> None:
        """Start it."""

    def is_running(self) -> bool:
        """Say whether it runs now."""

    def stop(self) -> None:
        """Stop it in order."""


class Watch:
    """Keeps one part running."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.deaths = 0
        self.last_words = ""
        self._backoff = Backoff(FIRST_PAUSE, LONGEST_PAUSE)
        self._started = monotonic()
        self._due: float | None = None

    async def start(self) -> None:
        """Start the part for the first time. This may take a while, so it does not hold up the others."""
        self._started = monotonic()
        await _start_whole(self.part)

    async def look(self) -> bool:
        """Look once. Gives whether the part was started again."""
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
        except Exception as fault:  # noqa: BLE001  it is logged and tried again
            self._note_death(str(fault))
            return False
        return True

    def _note_death(self, reason: str = "") -> None:
        if monotonic() - self._started > SETTLED_SECONDS:
            self._backoff.reset()
            self.deaths = 0
        self.deaths += 1
        code = self.part.process.poll() if self.part.process else None
        self.last_words = reason or f"it ended with code {code}: {last_line(self.part.log)}"
        pause = self._backoff.next()
        log.warning("%s: %s; starting it again in %.1f s", self.part.name, self.last_words, pause)
        self._due = monotonic() + pause


async def _start_whole(part: Part) -> None:
    """Start a part to the end, even where this is cancelled: a half-started part would never be stopped."""
    starting = asyncio.create_task(asyncio.to_thread(part.start))
    try:
        await asyncio.shield(starting)
    except asyncio.CancelledError:
        await asyncio.wait([starting])
        raise
