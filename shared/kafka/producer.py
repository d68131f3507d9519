"""Kafka's producer: publishes records to one topic, those of a partition in their order."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaProducer

from shared.kafka.settings import KafkaSettings

Headers = list[tuple[str, bytes]]
KeyedRecord = tuple[bytes, bytes, Headers]
"""Key, value and headers of a record to be published."""

STOP_SECONDS = 5.0


class Producer:
    """An idempotent producer that waits for every replica in sync (`acks=all`)."""

    def __init__(self, settings: KafkaSettings, *, topic: str, client_id: str) -> None:
        self.topic = topic
        self._settings = settings
        self._client_id = client_id
        self._client: Any = None  # made in `start`: aiokafka's wants a running loop

    async def start(self) -> None:
        """Connect. Raises `KafkaError` where no broker answers."""
        self._client = AIOKafkaProducer(
            **self._settings.client_options(),
            client_id=self._client_id,
            acks="all",
            enable_idempotence=True,
            linger_ms=5,
            max_batch_size=512 * 1024,
            request_timeout_ms=15_000,
        )
        await self._client.start()

    async def stop(self) -> None:
        """Disconnect, within seconds. A producer that lost its broker cannot always be stopped in order."""
        with suppress(Exception):
            await asyncio.wait_for(self._client.stop(), STOP_SECONDS)

    async def partitions(self) -> int:
        """Count the topic's partitions."""
        return len(await self._client.partitions_for(self.topic))

    async def publish(self, by_partition: Mapping[int, Sequence[KeyedRecord]]) -> None:
        """Publish to all partitions at once, and return when every record is acknowledged.

        A partition stops at its first failure; that failure is raised when all partitions are at rest.
        """
        results = await asyncio.gather(
            *(self._publish_in_order(partition, records) for partition, records in by_partition.items()),
            return_exceptions=True,
        )
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _publish_in_order(self, partition: int, records: Iterable[KeyedRecord]) -> None:
        """Send one batch after another, each only when the one before it is acknowledged.

        A new producer accepts the batch behind a rejected one, idempotent or not.
        """
        batch = self._client.create_batch()
        for key, value, headers in records:
            if batch.append(key=key, value=value, timestamp=None, headers=headers) is None:
                await self._send(batch, partition)
                batch = self._client.create_batch()
                if batch.append(key=key, value=value, timestamp=None, headers=headers) is None:
                    raise RuntimeError(f"an event of {len(value)} bytes does not fit a Kafka batch")
        if batch.record_count():
            await self._send(batch, partition)

    async def _send(self, batch: object, partition: int) -> None:
        await (await self._client.send_batch(batch, self.topic, partition=partition))
