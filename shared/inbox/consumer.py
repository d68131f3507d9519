"""The consumer: keeps one group member polling Kafka, and starts it again when it is stuck."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from time import monotonic
from uuid import uuid4

from shared.backoff import Backoff
from shared.faults import will_pass
from shared.inbox.batch_pipeline import BatchPipeline
from shared.inbox.inbox import Inbox, Interrupted
from shared.inbox.rewinding import Rewinding
from shared.kafka.errors import IllegalStateError, KafkaError
from shared.kafka.records import Record, TopicPartition
from shared.kafka.subscription import Subscription
from shared.settings import Settings

log = logging.getLogger(__name__)

QUIET_SECONDS = 20.0
"""A consumer whose polls have not come back for this long is stuck."""
FAILING_SECONDS = 2.0
"""A consumer whose polls raise for this long will do so for ever: aiokafka's heartbeat died of an unexpected error."""
CALM_SECONDS = 12.0
"""Two failures further apart than this have nothing to do with each other; FastStream waits 5 s after one of Kafka's."""
FLOWING_SECONDS = 10.0
"""While the last records came no longer ago, brokers are there."""
ANSWER_SECONDS = 3.0
"""A broker that takes longer to say where a partition ends is away."""


class Consumer:
    """One service's consumer: one group member for all the topics it hears."""

    def __init__(self, inbox: Inbox, settings: Settings, *, service: str, hears: Sequence[str]) -> None:
        self.inbox = inbox
        self.service = service
        self.settings = settings
        self.hears = hears
        self._group = f"{settings.topic_prefix}pulih-{service}"
        self._rewinding = Rewinding(inbox, settings, group=self._group, hears=hears)
        self._open()
        self._polled = monotonic()
        self._failing_since: float | None = None
        self._failed = 0.0
        self._running = False
        self._unanswered = False
        self._came = -FLOWING_SECONDS

    async def run(self) -> None:
        """Consume until cancelled; start again whenever the consumer is stuck or the broker was away."""
        backoff = Backoff(0.5, 5.0)
        while True:
            try:
                await self._start()
                backoff.reset()
                while not self._is_stuck() and not self._rewinding.is_due():
                    await asyncio.sleep(1)
                if self._is_stuck():
                    log.error("the consumer is stuck; starting it again", extra={"service": self.service})
            except Exception as fault:
                if not will_pass(fault):
                    log.exception("the consumer failed")
                else:
                    log.warning("the broker is out of reach", extra={"fault": str(fault)[:300]})
                await asyncio.sleep(backoff.next())
            await self._leave()

    async def stop(self) -> None:
        """Finish the current batch and leave the group."""
        self.inbox.stopping.set()
        await self._leave()

    def why_not_ready(self) -> str | None:
        """Say why events are not being consumed at this moment, or None when they are."""
        return next(self._reasons(), None)

    async def behind(self) -> dict[TopicPartition, tuple[int, int]]:
        """Ask the broker where each partition assigned here ends.

        Gives for each the offset up to which it is taken in (the current batch is not) and how many records come
        after. A broker that does not answer is remembered: polls alone would not tell, for they come back empty while
        it is away. But while records come, one of several brokers is away, and another has its partitions.
        """
        found: dict[TopicPartition, tuple[int, int]] = {}
        if not self._running or self.subscription.client is None:
            return found
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                for partition, end in (await self.subscription.end_offsets(self.subscription.assignment())).items():
                    position = self._pipeline.first_offset(partition)
                    if position is None:
                        position = await self.subscription.position(partition)
                    found[partition] = (position, max(0, end - position))
            self._unanswered = False
        except IllegalStateError:
            pass  # a partition was taken away meanwhile: it is another's to report
        except (KafkaError, TimeoutError):
            self._unanswered = monotonic() - self._came > FLOWING_SECONDS
        return found

    def _reasons(self) -> Iterator[str]:
        if self.inbox.trouble:
            yield f"a batch waits: {self.inbox.trouble}"
        if self.inbox.gaps:
            where = ", ".join(f"{gap.topic}-{gap.partition} after {after}" for gap, after in self.inbox.gaps.items())
            yield f"events are missing in {where}: the speaker must publish them again"
        if why := self._rewinding.why_not_ready():
            yield why
        if not self._running or self._unanswered:
            yield "the broker is out of reach"
        if not self.subscription.assignment():
            yield "no partition is assigned yet"
        if self._is_stuck():
            yield "the consumer is stuck"

    def _open(self) -> None:
        """Make a new client. One that was stuck is never trusted again."""
        settings = self.settings
        self._pipeline = BatchPipeline(self.inbox)
        # the embedded broker lets a member back into a group it knows only after many seconds; bookmarks remember
        group = f"{self._group}-{uuid4()}" if settings.broker_forgets else self._group
        self.subscription = Subscription(
            settings,
            client_id=f"pulih-{self.service}",
            group=group,
            topics=[settings.topic(speaker) for speaker in self.hears],
            most_records=settings.batch,
            take=self._take,
            polled=self._note_poll,
            begin_anew=self._rewinding.begin_anew,
        )

    async def _start(self) -> None:
        await self._rewinding.look()
        self._polled, self._failing_since, self._unanswered = monotonic(), None, False
        self._open()
        await self.subscription.start()
        self._running = True

    async def _leave(self) -> None:
        self._running = False
        await self._pipeline.close()
        await self.subscription.stop()

    def _is_stuck(self) -> bool:
        if self._pipeline.failed:
            return True
        if self._failing_since is not None and self._failed - self._failing_since > FAILING_SECONDS:
            return True
        return not self._pipeline.is_busy and monotonic() - self._polled > QUIET_SECONDS

    def _note_poll(self, fault: Exception | None) -> None:
        """Remember when a poll came back, and since when polls fail.

        A poll that comes back between two that fail proves nothing (seen with aiokafka).
        """
        now = monotonic()
        if fault is None:
            self._polled = now
            return
        if self._failing_since is None or now - self._failed > CALM_SECONDS:
            self._failing_since = now
            log.warning("a poll failed", extra={"fault": f"{type(fault).__name__}: {str(fault)[:200]}"})
        self._failed = now

    async def _take(self, batch: Sequence[Record]) -> None:
        self._came = monotonic()
        try:
            await self._pipeline.take(batch, self.subscription.commit)
        except Exception as fault:
            if not isinstance(fault, Interrupted):
                log.exception("a batch could not be read")
            self._pipeline.failed = True  # nothing that comes after it may be taken in
        finally:
            self._polled = monotonic()
