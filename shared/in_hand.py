"""The batches in hand: one is taken in while the next is fetched and read, and offsets are committed beside both.

Offsets only spare repeats: bookmarks remember what was taken in. So nobody waits for them; but none is committed that
lies beyond what is taken in, or a batch that failed would not be delivered again.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextvars import Context
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import ConsumerStoppedError, KafkaError

from shared.hearing import Hearing, Interrupted
from shared.records import Entry

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 15.0
"""So long whoever closes waits for the batch that is being taken in."""


class InHand:
    """The batches of one consumer that are not taken in yet. After a failure it takes nothing more."""

    def __init__(self, hearing: Hearing) -> None:
        self.failed = False
        self._hearing = hearing
        self._closed = False
        self._first: dict[tuple[str, int], int] = {}
        self._next: dict[tuple[str, int], int] = {}
        self._work: asyncio.Task[None] | None = None
        self._offsets: dict[tuple[str, int], int] = {}
        self._committing: asyncio.Task[None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a batch is being taken in."""
        return self._work is not None and not self._work.done()

    def first_of(self, place: tuple[str, int]) -> int | None:
        """Give the lowest offset in hand of a partition, if any is."""
        first = self._first.get(place) if self.is_busy else None
        return self._next.get(place) if first is None else first

    async def take(self, batch: Sequence[ConsumerRecord], consumer: AIOKafkaConsumer) -> None:
        """Read a batch, wait for the one before it, and begin to take it in. Raises `Interrupted` when closed or failed."""
        first: dict[tuple[str, int], int] = {}
        after: dict[tuple[str, int], int] = {}
        for record in batch:
            place = record.topic, record.partition
            first.setdefault(place, record.offset)
            after[place] = record.offset + 1
        self._next = first
        entries = await self._hearing.read(batch)
        if self._work is not None:
            await asyncio.wait({self._work})
        if self._closed or self.failed:
            raise Interrupted
        self._first, self._next = first, {}
        self._hearing.writing.clear()
        # in an empty context: FastStream's names the batch, and a timer that is set in it keeps the batch, even cancelled
        self._work = asyncio.create_task(self._take_in(entries, after, consumer), context=Context())
        # the next batch is fetched and read while this one's rows are written, which takes the database longest
        await self._hearing.writing.wait()

    async def close(self) -> None:
        """Finish the batch that is being taken in, and take none after it."""
        self._closed = True
        await _end(self._work)
        await _end(self._committing)  # which the work may have begun only now

    async def _take_in(
        self, entries: list[Entry], after: dict[tuple[str, int], int], consumer: AIOKafkaConsumer
    ) -> None:
        try:
            await self._hearing.settle(entries)
        except Interrupted:
            self.failed = True
        except Exception:
            log.exception("a batch could not be taken in")
            self.failed = True
        else:
            self._offsets |= after
            if self._committing is None or self._committing.done():
                self._committing = asyncio.create_task(self._commit(consumer))
        finally:
            self._hearing.writing.set()

    async def _commit(self, consumer: Any) -> None:  # noqa: ANN401  aiokafka leaves `commit` untyped
        while self._offsets:
            offsets = {TopicPartition(*place): offset for place, offset in self._offsets.items()}
            self._offsets = {}
            try:
                await consumer.commit(offsets)
            except (KafkaError, ConsumerStoppedError) as fault:
                log.warning("offsets are not committed: repeats may come", extra={"fault": type(fault).__name__})


async def _end(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
        task.cancel()
        await asyncio.wait({task})
