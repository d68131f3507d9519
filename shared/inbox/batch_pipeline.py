"""The batch pipeline: one batch is taken in while the next is fetched and read, and offsets are committed meanwhile.

Offsets only spare repeats: bookmarks remember what was taken in. So nothing waits for them; but no offset is committed
beyond what is taken in, or a batch that failed would not be delivered again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import Context

from shared.inbox.inbox import Inbox, Interrupted
from shared.kafka.errors import COMMIT_ERRORS
from shared.kafka.records import Entry, Record, TopicPartition

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 15.0
"""Longest time that `close` waits for the current batch."""

Commit = Callable[[Mapping[TopicPartition, int]], Awaitable[None]]
"""Commits offsets for the group; raises one of `COMMIT_ERRORS`."""


class BatchPipeline:
    """The batches of one consumer that are not taken in yet. After a failure it takes nothing more."""

    def __init__(self, inbox: Inbox) -> None:
        self.failed = False
        self._inbox = inbox
        self._closed = False
        self._current: dict[TopicPartition, int] = {}
        self._next: dict[TopicPartition, int] = {}
        self._work: asyncio.Task[None] | None = None
        self._offsets: dict[TopicPartition, int] = {}
        self._committing: asyncio.Task[None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a batch is being taken in."""
        return self._work is not None and not self._work.done()

    def first_offset(self, partition: TopicPartition) -> int | None:
        """Give a partition's lowest offset that is delivered and not taken in, if there is one."""
        first = self._current.get(partition) if self.is_busy else None
        return self._next.get(partition) if first is None else first

    async def take(self, batch: Sequence[Record], commit: Commit) -> None:
        """Read a batch, wait for the one before it, and begin to take it in. Raises `Interrupted` when closed or failed."""
        first: dict[tuple[str, int], int] = {}
        last: dict[tuple[str, int], int] = {}
        for record in batch:
            partition = record.topic, record.partition
            first.setdefault(partition, record.offset)
            last[partition] = record.offset
        self._next = {TopicPartition(*partition): offset for partition, offset in first.items()}
        after = {TopicPartition(*partition): offset + 1 for partition, offset in last.items()}
        entries = await self._inbox.read(batch)
        if self._work is not None:
            await asyncio.wait({self._work})
        if self._closed or self.failed:
            raise Interrupted
        self._current, self._next = self._next, {}
        self._inbox.writing.clear()
        # in an empty context: FastStream's names the batch, and a timer that is set in it keeps the batch, even cancelled
        self._work = asyncio.create_task(self._take_in(entries, after, commit), context=Context())
        # the next batch is fetched and read while this one's rows are written, which takes the database longest
        await self._inbox.writing.wait()

    async def close(self) -> None:
        """Finish the batch that is being taken in, and take none after it."""
        self._closed = True
        await _end(self._work)
        await _end(self._committing)  # which the work may have begun only now

    async def _take_in(self, entries: list[Entry], after: dict[TopicPartition, int], commit: Commit) -> None:
        try:
            await self._inbox.settle(entries)
        except Interrupted:
            self.failed = True
        except Exception:
            log.exception("a batch could not be taken in")
            self.failed = True
        else:
            self._offsets |= after
            if self._committing is None or self._committing.done():
                self._committing = asyncio.create_task(self._commit(commit))
        finally:
            self._inbox.writing.set()

    async def _commit(self, commit: Commit) -> None:
        while self._offsets:
            offsets, self._offsets = self._offsets, {}
            try:
                await commit(offsets)
            except COMMIT_ERRORS as fault:
                log.warning("offsets are not committed: repeats may come", extra={"fault": type(fault).__name__})


async def _end(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
        task.cancel()
        await asyncio.wait({task})
