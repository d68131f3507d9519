"""The relay: publishes the journal to Kafka in its order, after the commit. One leader for each service."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import asyncpg

from shared.backoff import Backoff
from shared.database.locks import LEADER_LOCK
from shared.database.unit_of_work import ANSWER_SECONDS, BY_KEY
from shared.faults import will_pass
from shared.kafka import records
from shared.kafka.murmur import partitioned
from shared.kafka.producer import KeyedRecord, Producer
from shared.outbox.history import KNOWN, History, Known, WentBack
from shared.settings import Settings
from shared.telemetry import metrics

if TYPE_CHECKING:
    from shared.outbox.pace import Pace

log = logging.getLogger(__name__)

SLICE = 200
"""Events made into records in one go: half a millisecond."""
LOOK_AGAIN = 0.1
"""Seconds between two looks at the journal when nothing in this process wakes the relay."""
_PAGE = "SELECT position, id, type, key, time, data, trace FROM journal WHERE position > $1 ORDER BY position LIMIT $2"
_CURSOR = "SELECT position, last_by_partition, halt_at FROM cursor WHERE id = 1"
_MOVE = "UPDATE cursor SET position = $1, last_by_partition = $2 WHERE id = 1 AND position = $3"


class LostTheLead(Exception):
    """Another relay moved the cursor: this one must stop and look again."""


class Relay:
    """Publishes one service's journal to its topic, page by page, and moves the cursor after each page."""

    def __init__(
        self, settings: Settings, *, service: str, wake: asyncio.Event, pace: "Pace | None", history: History
    ) -> None:
        self.settings = settings
        self.topic = settings.topic(service)
        self.service = service
        self.wake = wake
        self.pace = pace
        self.history = history
        self.trouble: str | None = "it has not started"
        self.leads = False

    async def run(self) -> None:
        """Lead whenever possible, until cancelled. On any doubt: a new producer, and back to the cursor."""
        backoff = Backoff(0.2, 5.0)
        while True:
            try:
                await self._stand_for_election()
                backoff.reset()
            except Exception as fault:
                self.trouble = (
                    str(fault) if isinstance(fault, WentBack) else f"{type(fault).__name__}: {str(fault)[:200]}"
                )
                level = logging.WARNING if will_pass(fault) or isinstance(fault, LostTheLead) else logging.ERROR
                log.log(level, "the relay starts again from its cursor", extra={"fault": self.trouble})
                await asyncio.sleep(backoff.next())
            finally:
                self.leads = False

    async def _stand_for_election(self) -> None:
        """Take the lead when it is free, on a connection of its own: who loses the connection loses the lock."""
        connection = await asyncpg.connect(
            self.settings.database_url.get_secret_value(),
            timeout=10,
            command_timeout=ANSWER_SECONDS,
            server_settings={
                "application_name": f"pulih {self.service} relay",
                "idle_session_timeout": "15s",
                **BY_KEY,
            },
        )
        try:
            await self._compare(connection)
            waited = False
            while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LEADER_LOCK):
                self.trouble, waited = None, True
                await asyncio.sleep(1)
            if waited:
                await self._compare(connection)
            await self._lead(connection)
        finally:
            with suppress(Exception):  # a broken connection cannot be closed in order
                await connection.close(timeout=2)

    async def _lead(self, connection: asyncpg.Connection) -> None:
        producer = Producer(self.settings, topic=self.topic, client_id=f"pulih-{self.service}-relay")
        try:
            await producer.start()
            await self._check_partitions(producer)
            self.leads = True
            await self._publish_from_cursor(connection, producer)
        finally:
            await producer.stop()

    async def _check_partitions(self, producer: Producer) -> None:
        found = await producer.partitions()
        if found != self.settings.partitions:
            raise RuntimeError(
                f"the topic {self.topic} has {found} partitions and PULIH_PARTITIONS says {self.settings.partitions}; "
                "growing a topic has a procedure of its own"
            )

    async def _compare(self, connection: asyncpg.Connection) -> None:
        """Compare the journal with what others hold of it. Raises `WentBack`, and what says that one who must be asked is away."""

        async def find(positions: Sequence[int]) -> Known:
            return {(row["position"], row["id"]) for row in await connection.fetch(KNOWN.format("$1"), positions)}

        await self.history.compare(find, (await self._cursor(connection))["last_by_partition"])

    async def _cursor(self, connection: asyncpg.Connection) -> asyncpg.Record:
        row = await connection.fetchrow(_CURSOR)
        if row is None:
            raise RuntimeError("the table cursor has no row: the database was not migrated")
        return row

    async def _publish_from_cursor(self, connection: asyncpg.Connection, producer: Producer) -> None:
        row = await self._cursor(connection)
        cursor, last_by_partition = row["position"], list(row["last_by_partition"]) or [0] * self.settings.partitions
        position = cursor
        if self.pace:
            position, last_by_partition = await self.pace.start_from(cursor, last_by_partition)
        while True:
            self.wake.clear()
            page = await connection.fetch(_PAGE, position, self.settings.page)
            halt_at = await self._look_at_the_cursor(connection, cursor)
            self.trouble = None if halt_at is None else "it is halted while its topic grows (pulih topics grow)"
            page = [row for row in page if halt_at is None or row["position"] <= halt_at]
            if page:
                by_partition, after = await self._records(page, last_by_partition)
                await self._publish(producer, by_partition)
                position, last_by_partition = page[-1]["position"], after
                if position > cursor:
                    if await connection.execute(_MOVE, position, last_by_partition, cursor) != "UPDATE 1":
                        raise LostTheLead(f"the cursor is no longer at {cursor}")
                    cursor = position
                types = [row["type"] for row in page]
                metrics.count(metrics.SAID, types)
                metrics.count(metrics.REFUSED, [type for type in types if metrics.is_refusal(type)])
            if self.pace:
                position, last_by_partition = await self.pace.keep(position, last_by_partition)
            if len(page) < self.settings.page:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.wake.wait(), LOOK_AGAIN)

    async def _look_at_the_cursor(self, connection: asyncpg.Connection, cursor: int) -> int | None:
        """See whether an operator has moved the cursor back, changed the number of partitions, or set a halt.

        Gives the position to halt at, if there is one. It looks after a page is read: what was read before a halt could
        be seen lies before the halt.
        """
        row = await connection.fetchrow(_CURSOR)
        if row is None or row["position"] != cursor:
            raise LostTheLead(f"the cursor is no longer at {cursor}")
        if len(row["last_by_partition"]) not in {0, self.settings.partitions}:
            raise RuntimeError(
                f"the journal is published in {len(row['last_by_partition'])} partitions and PULIH_PARTITIONS says "
                f"{self.settings.partitions}: set it right and start the service again"
            )
        halt_at: int | None = row["halt_at"]
        return halt_at

    async def _records(
        self, page: list[asyncpg.Record], last_by_partition: list[int]
    ) -> tuple[dict[int, list[KeyedRecord]], list[int]]:
        """Make a page's rows into records by partition; each record names the one before it in its partition.

        A slice at a time, so that other tasks are not held up.
        """
        by_partition: dict[int, list[KeyedRecord]] = defaultdict(list)
        after = list(last_by_partition)
        keys = partitioned([row["key"] for row in page], self.settings.partitions)
        for nth, (row, (key, partition)) in enumerate(zip(page, keys, strict=True)):
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
            by_partition[partition].append((key, value, headers))
            after[partition] = row["position"]
            if self.pace:
                self.pace.note(partition, row["position"], len(value))
        return by_partition, after

    async def _publish(self, producer: Producer, by_partition: dict[int, list[KeyedRecord]]) -> None:
        await producer.publish(by_partition)
