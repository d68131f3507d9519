"""Pace: how fast the relay may publish to a broker that forgets, no further ahead of its listeners than the broker holds.

The embedded broker keeps 5 MiB for each partition and nothing across a restart. So the relay asks its listeners how far
they have heard, waits where it is too far ahead, and publishes again from there where they hear nothing any more. That
is safe because each record names the one before it: a listener drops what comes after a gap until the gap is filled.
"""

import asyncio
import logging
from collections import deque
from time import monotonic
from typing import TYPE_CHECKING

from shared.backoff import Backoff
from shared.outbox.history import ListenerAway

if TYPE_CHECKING:
    from shared.outbox.listeners import Listeners

log = logging.getLogger(__name__)

WINDOW_BYTES = 1_500_000
"""Published and unheard, for each partition: under a third of what the broker holds, so that repeats fit beside it."""
WINDOW_RECORDS = 8_000
ENVELOPE_BYTES = 400
"""Headers and key of one record, roughly."""
STALL, LONGEST_STALL = 4.0, 60.0
"""Seconds without progress before it publishes again: at first, and at most."""


class Pace:
    """Follows the slowest listener of one topic."""

    def __init__(self, listeners: "Listeners", partitions: int) -> None:
        self.topic = listeners.topic
        self.partitions = partitions
        self._listeners = listeners
        self._heard = [0] * partitions
        self._ahead: list[deque[tuple[int, int]]] = [deque() for _ in range(partitions)]
        self._bytes = [0] * partitions
        self._asked = self._progress = monotonic()
        self._backoff = Backoff(STALL, LONGEST_STALL)
        self._stall = self._backoff.next()

    async def start_from(self, cursor: int, last_by_partition: list[int]) -> tuple[int, list[int]]:
        """Give the position to publish from, and each partition's last: what every listener has consumed is left out.

        Waits until every listener has answered once.
        """
        while not await self._ask():
            await asyncio.sleep(0.2)
        return self._from_the_slowest(cursor, last_by_partition)

    def wants(self, partition: int, position: int) -> bool:
        """Say whether some listener has yet to hear this."""
        return position > self._heard[partition]

    def note(self, partition: int, position: int, size: int) -> None:
        """Remember that a record of `size` bytes of data is on its way."""
        self._ahead[partition].append((position, size + ENVELOPE_BYTES))
        self._bytes[partition] += size + ENVELOPE_BYTES

    async def keep(self, position: int, last_by_partition: list[int]) -> tuple[int, list[int]]:
        """Wait while too much is not consumed; gives the position to go on from, which lies further back after a stall."""
        while any(self._ahead):
            full = self._is_full()
            if full or monotonic() - self._asked > 0.5:  # noqa: PLR2004  seconds: a look now and then when nothing presses
                await self._ask()
            if monotonic() - self._progress > self._stall:
                log.warning("listeners hear nothing; publishing again", extra={"topic": self.topic})
                self._progress, self._stall = monotonic(), self._backoff.next()
                return self._from_the_slowest(position, last_by_partition)
            if not self._is_full():
                break
            await asyncio.sleep(0.03)
        return position, last_by_partition

    def _from_the_slowest(self, position: int, last_by_partition: list[int]) -> tuple[int, list[int]]:
        for partition in range(self.partitions):
            self._ahead[partition].clear()
            self._bytes[partition] = 0
        # a partition heard to its end does not hold the start back: only one that is behind its last does
        behind = [heard for heard, last in zip(self._heard, last_by_partition, strict=True) if heard < last]
        heard_or_last = [min(heard, last) for heard, last in zip(self._heard, last_by_partition, strict=True)]
        return (min([*behind, position]), heard_or_last)

    def _is_full(self) -> bool:
        return any(
            size > WINDOW_BYTES or len(ahead) > WINDOW_RECORDS
            for size, ahead in zip(self._bytes, self._ahead, strict=True)
        )

    async def _ask(self) -> bool:
        """Ask every listener for its bookmarks; gives whether all replied."""
        self._asked = monotonic()
        try:
            bookmarks = await self._listeners.heard()
        except ListenerAway:
            return False
        for partition in range(self.partitions):
            slowest = min((each.get(partition, 0) for each in bookmarks), default=0)
            if slowest > self._heard[partition]:
                self._heard[partition] = slowest
                self._backoff.reset()
                self._progress, self._stall = monotonic(), self._backoff.next()
            ahead = self._ahead[partition]
            while ahead and ahead[0][0] <= slowest:
                self._bytes[partition] -= ahead.popleft()[1]
        return True
