"""Publishes what the journal holds, in its order, after the commit: one leader for each service."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaProducer

from shared import metrics, records
from shared.faults import will_pass
from shared.murmur import murmur2
from shared.settings import Settings
from shared.work import BY_KEY

if TYPE_CHECKING:
    from shared.pace import Pace

log = logging.getLogger(__name__)

LEADER_LOCK = 2
"""The session-level advisory lock that makes one relay the leader."""
SLICE = 200
"""Events made into records in one go: half a millisecond."""
LOOK_AGAIN = 0.1
"""Seconds between two looks at the journal when nobody in this process rang."""
_PAGE = "SELECT position, id, type, key, time, data, trace FROM journal WHERE position > $1 ORDER BY position LIMIT $2"
_MARK = "SELECT position, lasts, until FROM mark WHERE id = 1"
_MOVE = "UPDATE mark SET position = $1, lasts = $2 WHERE id = 1 AND position = $3"


class LostTheLead(Exception):
    """Another relay moved the mark: this one must stop and look again."""


class Relay:
    """Publishes one service's journal to its topic, page by page, and moves the mark after each."""

    def __init__(self, settings: Settings, *, service: str, wake: asyncio.Event, pace: "Pace | None") -> None:
        self.settings = settings
        self.topic = settings.topic(service)
        self.service = service
        self.wake = wake
        self.pace = pace
        self.trouble: str | None = "it has not started"
        self.leads = False

    async def run(self) -> None:
        """Lead whenever possible, until cancelled. On any doubt: a new producer, and back to the mark."""
        pause = 0.2
        while True:
            try:
                await self._stand_for_election()
                pause = 0.2
            except Exception as fault:
                self.trouble = f"{type(fault).__name__}: {str(fault)[:200]}"
                level = logging.WARNING if will_pass(fault) or isinstance(fault, LostTheLead) else logging.ERROR
                log.log(level, "the relay starts again from its mark", extra={"fault": self.trouble})
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)
            finally:
                self.leads = False

    async def close(self) -> None:
        """Let go of what outlives a run."""
        if self.pace:
            await self.pace.close()

    async def _stand_for_election(self) -> None:
        """Take the lead when it is free, on a connection of our own: losing it loses the lock."""
        connection = await asyncpg.connect(
            self.settings.database_url.get_secret_value(),
            timeout=10,
            command_timeout=30,
            server_settings={
                "application_name": f"pulih {self.service} relay",
                "idle_session_timeout": "15s",
                **BY_KEY,
            },
        )
        try:
            while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LEADER_LOCK):
                self.trouble = None
                await asyncio.sleep(1)
            await self._lead(connection)
        finally:
            with suppress(Exception):  # a broken connection cannot be closed politely
                await connection.close(timeout=2)

    async def _lead(self, connection: asyncpg.Connection) -> None:
        producer = AIOKafkaProducer(
            **self.settings.client_options(),
            client_id=f"pulih-{self.service}-relay",
            acks="all",
            enable_idempotence=True,
            linger_ms=5,
            max_batch_size=512 * 1024,
            request_timeout_ms=15_000,
        )
        try:
            await producer.start()
            await self._check_partitions(producer)
            self.leads = True
            await self._publish_from_mark(connection, producer)
        finally:
            with suppress(Exception):  # a producer that lost its broker cannot always be stopped politely
                await asyncio.wait_for(producer.stop(), 5)

    async def _check_partitions(self, producer: AIOKafkaProducer) -> None:
        found = len(await producer.partitions_for(self.topic))
        if found != self.settings.partitions:
            raise RuntimeError(
                f"the topic {self.topic} has {found} partitions and PULIH_PARTITIONS says {self.settings.partitions}; "
                "growing a topic has a procedure of its own"
            )

    async def _publish_from_mark(self, connection: asyncpg.Connection, producer: AIOKafkaProducer) -> None:
        row = await connection.fetchrow(_MARK)
        if row is None:
            raise RuntimeError("the table mark has no row: the database was not migrated")
        mark, lasts = row["position"], list(row["lasts"]) or [0] * self.settings.partitions
        position = mark
        if self.pace:
            position, lasts = await self.pace.start_from(mark, lasts)
        while True:
            self.wake.clear()
            page = await connection.fetch(_PAGE, position, self.settings.page)
            until = await self._look_at_the_mark(connection, mark)
            self.trouble = None if until is None else "it is halted while its topic grows (pulih topics grow)"
            page = [row for row in page if until is None or row["position"] <= until]
            if page:
                lanes, after = await self._lanes(page, lasts)
                await self._publish(producer, lanes)
                position, lasts = page[-1]["position"], after
                if position > mark:
                    if await connection.execute(_MOVE, position, lasts, mark) != "UPDATE 1":
                        raise LostTheLead(f"the mark is no longer at {mark}")
                    mark = position
                types = [row["type"] for row in page]
                metrics.count(metrics.SAID, types)
                metrics.count(metrics.REFUSED, [type for type in types if metrics.is_refusal(type)])
            if self.pace:
                position, lasts = await self.pace.keep(position, lasts)
            if len(page) < self.settings.page:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.wake.wait(), LOOK_AGAIN)

    async def _look_at_the_mark(self, connection: asyncpg.Connection, mark: int) -> int | None:
        """See whether an operator has moved the mark back, changed the number of lanes, or halted it: up to where.

        It is looked at after a page is read: what was read before a halt could be seen is before the halt.
        """
        row = await connection.fetchrow(_MARK)
        if row is None or row["position"] != mark:
            raise LostTheLead(f"the mark is no longer at {mark}")
        if len(row["lasts"]) not in {0, self.settings.partitions}:
            raise RuntimeError(
                f"the journal is published in {len(row['lasts'])} partitions and PULIH_PARTITIONS says "
                f"{self.settings.partitions}: set it right and start the service again"
            )
        until: int | None = row["until"]
        return until

    async def _lanes(
        self, page: list[asyncpg.Record], lasts: list[int]
    ) -> tuple[dict[int, list[tuple[bytes, bytes, list[tuple[str, bytes]]]]], list[int]]:
        """Sort a page into partitions; each record names the one before it in its partition.

        A slice at a time, so that nobody who has an answer from the database meanwhile waits long.
        """
        lanes: dict[int, list[tuple[bytes, bytes, list[tuple[str, bytes]]]]] = defaultdict(list)
        after = list(lasts)
        places = places_of([row["key"] for row in page], self.settings.partitions)
        for nth, (row, (key, partition)) in enumerate(zip(page, places, strict=True)):
            if nth % SLICE == 0:
                await asyncio.sleep(0)
            if self.pace and not self.pace.wants(partition, row["position"]):
                continue
            headers = records.headers_of(
                position=row["position"],
                previous=after[partition],
                partition=partition,
                id=row["id"],
                type=row["type"],
                time=row["time"],
                speaker=self.service,
                trace=row["trace"],
            )
            value = row["data"].encode()
            lanes[partition].append((key, value, headers))
            after[partition] = row["position"]
            if self.pace:
                self.pace.note(partition, row["position"], len(value))
        return lanes, after

    async def _publish(
        self, producer: AIOKafkaProducer, lanes: dict[int, list[tuple[bytes, bytes, list[tuple[str, bytes]]]]]
    ) -> None:
        """Publish all lanes side by side; each stops at its first failure, and all are at rest before anything goes on."""
        results = await asyncio.gather(
            *(self._publish_lane(producer, partition, lane) for partition, lane in lanes.items()),
            return_exceptions=True,
        )
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _publish_lane(
        self, producer: AIOKafkaProducer, partition: int, lane: Iterable[tuple[bytes, bytes, list[tuple[str, bytes]]]]
    ) -> None:
        """Publish one partition's records in order, one batch after another.

        A batch is sent only when the one before it is acknowledged: a producer made anew accepts the batch behind a
        rejected one, idempotent or not.
        """
        batch = producer.create_batch()
        for key, value, headers in lane:
            if batch.append(key=key, value=value, timestamp=None, headers=headers) is None:
                await self._send(producer, batch, partition)
                batch = producer.create_batch()
                if batch.append(key=key, value=value, timestamp=None, headers=headers) is None:
                    raise RuntimeError(f"an event of {len(value)} bytes does not fit a Kafka batch")
        if batch.record_count():
            await self._send(producer, batch, partition)

    async def _send(self, producer: AIOKafkaProducer, batch: object, partition: int) -> None:
        await (await producer.send_batch(batch, self.topic, partition=partition))


def places_of(keys: Iterable[UUID], partitions: int) -> Iterator[tuple[bytes, int]]:
    """Give each key as Kafka has it (36 characters) and its partition by Kafka's murmur2: the same key, the same place."""
    texts = [str(key).encode() for key in keys]
    return zip(texts, (hashed % partitions for hashed in murmur2(texts)), strict=True)
