"""How a service listens to Kafka: FastStream hands over batches, and a watchdog sees that it keeps doing so."""

import asyncio
import logging
from collections.abc import Sequence
from time import monotonic
from typing import Any
from uuid import uuid4

from aiokafka import ConsumerRecord
from aiokafka.errors import IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage

from shared.faults import will_pass
from shared.hearing import Hearing, Interrupted
from shared.in_hand import InHand
from shared.settings import Settings

log = logging.getLogger(__name__)

QUIET_SECONDS = 20.0
"""A consumer whose polls have not come back for so long is stuck."""
FAILING_SECONDS = 2.0
"""A consumer whose polls raise for so long will do so for ever: aiokafka's heartbeat died of an unexpected error."""
CALM_SECONDS = 12.0
"""Two failures further apart than that have nothing to do with each other; FastStream waits 5 s after one of Kafka's."""
ANSWER_SECONDS = 3.0
"""A broker that takes longer to say where a partition ends is away."""
SESSION_TIMEOUT_MS = 6_000
"""So long a killed member's partitions wait for it: the least that a broker grants by default."""
BATCH_TIMEOUT_MS = 30
"""FastStream sleeps this long again after an empty poll: 200, its default, costs up to 177 ms of latency."""


class Listener:
    """One service's consumer: one group member for all the topics it hears."""

    def __init__(self, hearing: Hearing, settings: Settings, *, service: str, hears: Sequence[str]) -> None:
        self.hearing = hearing
        self.service = service
        self.settings = settings
        self.hears = hears
        self._open()
        self._polled = monotonic()
        self._failing_since: float | None = None
        self._failed = 0.0
        self._running = False
        self._unanswered = False

    async def run(self) -> None:
        """Listen until cancelled; start again whenever the consumer is stuck or the broker was away."""
        pause = 0.5
        while True:
            try:
                await self._start()
                pause = 0.5
                while not self._is_stuck():
                    await asyncio.sleep(1)
                log.error("the consumer is stuck; starting it again", extra={"service": self.service})
            except Exception as fault:
                if not will_pass(fault):
                    log.exception("the consumer failed")
                else:
                    log.warning("the broker is out of reach", extra={"fault": str(fault)[:300]})
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)
            await self._halt()

    async def stop(self) -> None:
        """Finish the batch in hand and leave the group."""
        self.hearing.stopping.set()
        await self._halt()

    def why_not_ready(self) -> str | None:
        """Say why events are not being heard at this moment, or nothing when they are."""
        if self.hearing.trouble:
            return f"a batch waits: {self.hearing.trouble}"
        if self.hearing.gaps:
            where = ", ".join(f"{place.topic}-{place.partition} after {at}" for place, at in self.hearing.gaps.items())
            return f"events are missing in {where}: the speaker must publish them again"
        if not self._running or self._unanswered:
            return "the broker is out of reach"
        consumer = self.subscriber.consumer
        if consumer is None or not consumer.assignment():
            return "no partition is assigned yet"
        if self._is_stuck():
            return "the consumer is stuck"
        return None

    async def behind(self) -> dict[tuple[str, int], tuple[int, int]]:
        """Ask the broker where each partition assigned here ends.

        Answers, by topic and partition, the offset up to which it is taken in (what is in hand is not, yet) and how
        many records come after. A broker that does not answer is remembered: polls alone would not tell, for they come
        back empty while it is away.
        """
        consumer = self.subscriber.consumer
        found: dict[tuple[str, int], tuple[int, int]] = {}
        if not self._running or consumer is None:
            return found
        places = consumer.assignment()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                for place, end in (await consumer.end_offsets(places) if places else {}).items():
                    position = self._in_hand.first_of(place)
                    if position is None:
                        position = await consumer.position(place)
                    found[place.topic, place.partition] = (position, max(0, end - position))
            self._unanswered = False
        except IllegalStateError:
            pass  # a partition was taken away meanwhile: it is another's to report
        except (KafkaError, TimeoutError):
            self._unanswered = True
        return found

    def _open(self) -> None:
        """Make a new client. One that was stuck is never trusted again."""
        settings = self.settings
        self._in_hand = InHand(self.hearing)
        group = f"{settings.topic_prefix}pulih-{self.service}"
        if settings.broker_forgets:
            # the embedded broker lets a member back into a group it knows only after many seconds; bookmarks remember
            group = f"{group}-{uuid4()}"
        self.broker = KafkaBroker(
            settings.bootstrap,
            security=settings.security(),
            client_id=f"pulih-{self.service}",
            consumer_only=True,
            allow_auto_create_topics=False,
            apply_types=False,
            logger=None,
            graceful_timeout=15.0,
            metadata_max_age_ms=30_000,
        )
        self.subscriber = self.broker.subscriber(
            *(settings.topic(speaker) for speaker in self.hears),
            batch=True,
            group_id=group,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            max_records=settings.batch,
            batch_timeout_ms=BATCH_TIMEOUT_MS,
            fetch_max_wait_ms=50,
            session_timeout_ms=SESSION_TIMEOUT_MS,
            heartbeat_interval_ms=SESSION_TIMEOUT_MS // 4,
            parser=self._parse,
            decoder=self._decode,
        )
        self.subscriber(self._take_in)
        self._poll = self.subscriber.get_msg
        # the only public sign of life would be a message, and a quiet topic has none
        self.subscriber.get_msg = self._watched_poll  # type: ignore[method-assign]

    async def _start(self) -> None:
        self._polled, self._failing_since, self._unanswered = monotonic(), None, False
        self._open()
        await self.broker.start()
        self._running = True

    async def _halt(self) -> None:
        self._running = False
        await self._in_hand.close()
        await self.broker.stop()

    def _is_stuck(self) -> bool:
        if self._in_hand.failed:
            return True
        if self._failing_since is not None and self._failed - self._failing_since > FAILING_SECONDS:
            return True
        return not self._in_hand.is_busy and monotonic() - self._polled > QUIET_SECONDS

    async def _watched_poll(self, consumer: Any) -> Any:  # noqa: ANN401  FastStream's own types
        try:
            batch = await self._poll(consumer)
        except Exception as fault:
            self._note_failure(fault)
            raise
        self._polled = monotonic()
        return batch

    def _note_failure(self, fault: Exception) -> None:
        """Remember since when polls fail. One that comes back between two that fail proves nothing (seen with aiokafka)."""
        now = monotonic()
        if self._failing_since is None or now - self._failed > CALM_SECONDS:
            self._failing_since = now
            log.warning("a poll failed", extra={"fault": f"{type(fault).__name__}: {str(fault)[:200]}"})
        self._failed = now

    async def _take_in(self, batch: list[ConsumerRecord]) -> None:
        try:
            await self._in_hand.take(batch, self.subscriber.consumer)
        except Exception as fault:
            if not isinstance(fault, Interrupted):
                log.exception("a batch could not be read")
            self._in_hand.failed = True  # nothing that comes after it may be taken in
        finally:
            self._polled = monotonic()

    async def _parse(self, batch: tuple[ConsumerRecord, ...]) -> KafkaAckableMessage:
        """Leave headers alone: FastStream's own parser drops a whole batch, and commits it, for one null header."""
        return KafkaAckableMessage(
            body=b"",
            headers={},
            raw_message=batch,
            message_id=f"{batch[0].offset}-{batch[-1].offset}",
            correlation_id="",
            consumer=self.subscriber.consumer,
        )

    async def _decode(self, message: KafkaAckableMessage) -> list[Any]:
        return list(message.raw_message)
