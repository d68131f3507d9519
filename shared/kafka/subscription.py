"""Kafka's consumer: one group member that hears some topics, and hands over batches of records as they came."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from aiokafka import ConsumerRebalanceListener, ConsumerRecord
from aiokafka import TopicPartition as ClientPartition
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage

from shared.kafka.records import Record, TopicPartition
from shared.kafka.settings import KafkaSettings

SESSION_TIMEOUT_MS = 6_000
"""How long a killed member's partitions wait for it: the least that a broker grants by default."""
BATCH_TIMEOUT_MS = 30
"""How long FastStream sleeps after an empty poll: 200, its default, costs up to 177 ms of latency."""

Take = Callable[[Sequence[Record]], Awaitable[None]]


class Subscription:
    """A member of a consumer group. `take` gets each batch; offsets are committed by `commit` alone."""

    def __init__(
        self,
        settings: KafkaSettings,
        *,
        client_id: str,
        group: str,
        topics: Sequence[str],
        most_records: int,
        take: Take,
        polled: Callable[[Exception | None], None],
        begin_anew: Callable[[Iterable[TopicPartition]], Iterable[TopicPartition]] = lambda _: (),
    ) -> None:
        """`polled` is called after each poll, with the exception that it raised or None.

        `begin_anew` is called with the partitions that were assigned, and gives those to be heard from their beginning.
        """
        self._take = take
        self._polled = polled
        self._begin_anew = begin_anew
        self._broker = KafkaBroker(
            settings.bootstrap,
            security=settings.security(),
            client_id=client_id,
            consumer_only=True,
            allow_auto_create_topics=False,
            apply_types=False,
            logger=None,
            graceful_timeout=15.0,
            metadata_max_age_ms=30_000,
        )
        self._subscriber = self._broker.subscriber(
            *topics,
            batch=True,
            group_id=group,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            max_records=most_records,
            batch_timeout_ms=BATCH_TIMEOUT_MS,
            fetch_max_wait_ms=50,
            session_timeout_ms=SESSION_TIMEOUT_MS,
            heartbeat_interval_ms=SESSION_TIMEOUT_MS // 4,
            listener=_Assignments(self._assigned),
            parser=self._parse,
            decoder=self._decode,
        )
        self._subscriber(self._hand_over)
        self._poll = self._subscriber.get_msg
        # FastStream's only public sign of life is a message, and a quiet topic has none
        self._subscriber.get_msg = self._watched_poll  # type: ignore[method-assign]

    @property
    def client(self) -> Any:  # noqa: ANN401  aiokafka leaves most of its consumer untyped
        """The aiokafka consumer, or None before `start`."""
        return self._subscriber.consumer

    async def start(self) -> None:
        """Join the group and begin to poll. Raises `KafkaError` where no broker answers."""
        await self._broker.start()

    async def stop(self) -> None:
        """Leave the group."""
        await self._broker.stop()

    def assignment(self) -> Iterable[TopicPartition]:
        """Name the partitions that the group has given to this member."""
        assigned = self.client.assignment() if self.client is not None else ()
        return [TopicPartition(each.topic, each.partition) for each in assigned]

    async def end_offsets(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """Ask the broker for the offset after each partition's last record. Raises `KafkaError`."""
        asked = [ClientPartition(*each) for each in partitions]
        found = await self.client.end_offsets(asked) if asked else {}
        return {TopicPartition(each.topic, each.partition): end for each, end in found.items()}

    async def position(self, partition: TopicPartition) -> int:
        """Give the offset of the next record to be fetched. Raises `IllegalStateError` for a partition that was lost."""
        return int(await self.client.position(ClientPartition(*partition)))

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Commit offsets for the group. Raises one of `COMMIT_ERRORS`."""
        await self.client.commit({ClientPartition(*each): offset for each, offset in offsets.items()})

    async def _assigned(self, partitions: Iterable[ClientPartition]) -> None:
        again = self._begin_anew([TopicPartition(each.topic, each.partition) for each in partitions])
        if anew := [ClientPartition(*each) for each in again]:
            for partition, offset in (await self.client.beginning_offsets(anew)).items():
                self.client.seek(partition, offset)

    async def _hand_over(self, batch: list[ConsumerRecord]) -> None:  # FastStream reads the annotation
        await self._take(batch)

    async def _watched_poll(self, consumer: Any) -> Any:  # noqa: ANN401  FastStream's own types
        try:
            batch = await self._poll(consumer)
        except Exception as fault:
            self._polled(fault)
            raise
        self._polled(None)
        return batch

    async def _parse(self, batch: tuple[ConsumerRecord, ...]) -> KafkaAckableMessage:
        """Leave headers alone: FastStream's own parser drops a whole batch, and commits it, for one null header."""
        return KafkaAckableMessage(
            body=b"",
            headers={},
            raw_message=batch,
            message_id=f"{batch[0].offset}-{batch[-1].offset}",
            correlation_id="",
            consumer=self._subscriber.consumer,
        )

    async def _decode(self, message: KafkaAckableMessage) -> list[Any]:
        return list(message.raw_message)


@ConsumerRebalanceListener.register
class _Assignments:
    """Hears which partitions the group gives to this member, before anything of them is fetched."""

    def __init__(self, assigned: Callable[[Iterable[ClientPartition]], Awaitable[None]]) -> None:
        self._assigned = assigned

    async def on_partitions_assigned(self, assigned: Iterable[ClientPartition]) -> None:
        await self._assigned(assigned)

    async def on_partitions_revoked(self, revoked: Iterable[ClientPartition]) -> None:
        pass
