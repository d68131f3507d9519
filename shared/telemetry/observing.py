"""The observer: looks at a service every few seconds and keeps what it saw, for Prometheus and `pulih status`.

A scrape reads what was kept, so it costs the database nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from time import monotonic
from typing import Protocol

from prometheus_client.metrics_core import Metric

from shared import clock
from shared.database.locks import LEADER_LOCK
from shared.database.unit_of_work import Database
from shared.faults import will_pass
from shared.kafka.records import TopicPartition
from shared.telemetry.gauges import Sight, SqlGauge, family, of_sight

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
GAUGES_SECONDS = 15.0
"""Seconds between two looks: at the outbox and the inbox, and at the gauges."""
SHARE = 20
"""A gauge whose query took a second waits this many seconds: queries take a twentieth of one connection's time."""
PATIENCE_SECONDS = 3.0
LONGEST_QUERY = "10s"

_BACKLOG = f"""
SELECT coalesce((SELECT max(position) FROM journal), 0) - c.position AS rows,
    coalesce(extract(epoch FROM now() - (
        SELECT time FROM journal WHERE position > c.position ORDER BY position LIMIT 1
    )), 0) AS seconds,
    (SELECT count(*) FROM dead_letter WHERE state = 'waiting') AS dead_letters,
    EXISTS (
        SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND (classid, objid) = (0, {LEADER_LOCK})
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ) AS led
FROM cursor AS c WHERE c.id = 1
"""
"""Each part is found at the end of an index, however long the tables are."""


class ObservedInbox(Protocol):
    """What is seen of the inbox."""

    @property
    def gaps(self) -> Mapping[TopicPartition, int]:
        """Partitions in which an event is missing."""


class ObservedConsumer(Protocol):
    """What is seen of the consumer."""

    @property
    def inbox(self) -> ObservedInbox:
        """Where its records go."""

    async def behind(self) -> Mapping[TopicPartition, tuple[int, int]]:
        """Give each partition's offset taken in, and how many records come after."""


class ObservedRelay(Protocol):
    """What is seen of the relay."""

    leads: bool
    trouble: str | None


class Observer:
    """Looks at one service, for its operators."""

    def __init__(
        self,
        database: Database,
        consumer: ObservedConsumer,
        relay: ObservedRelay,
        *,
        gauges: Sequence[SqlGauge],
        why_not_ready: Callable[[], Awaitable[str | None]],
    ) -> None:
        self.sight = Sight()
        self.gauges = gauges
        self._database = database
        self._consumer = consumer
        self._relay = relay
        self._why_not_ready = why_not_ready
        self._seen: dict[str, list[tuple[tuple[str, ...], float]]] = {}
        self._due = dict.fromkeys((gauge.name for gauge in gauges), 0.0)

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await self.look()
            for gauge in self.gauges:
                if monotonic() >= self._due[gauge.name]:
                    await self._query(gauge)
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> Sight:
        """Look at the outbox and the inbox; becoming ready, or not ready, is logged."""
        behind = await self._consumer.behind()
        before, trouble = self.sight.trouble, await self._why_not_ready()
        sight = Sight(
            trouble,
            behind=behind,
            gaps=len(self._consumer.inbox.gaps),
            leads=self._relay.leads,
            relay_trouble=self._relay.trouble,
        )
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), self._database.work() as work:
                (found,) = await work.rows(_BACKLOG)
        except Exception as fault:
            if not will_pass(fault):
                raise
        else:
            sight.backlog_rows, sight.backlog_seconds = max(0, found.rows), max(0.0, float(found.seconds))
            sight.dead_letters, sight.led = found.dead_letters, found.led
        if trouble and trouble != before:
            log.warning("not ready", extra={"reason": trouble})
        elif before and not trouble:
            log.info("ready")
        self.sight = sight
        return sight

    async def _query(self, gauge: SqlGauge) -> None:
        """Run one gauge's query. A gauge without an answer in time is not shown: an old number would look like a new one."""
        began = monotonic()
        try:
            async with self._database.reading() as work:
                await work.run(f"SET LOCAL statement_timeout = '{LONGEST_QUERY}'")
                rows = await work.rows(gauge.sql, today=clock.today())
            self._seen[gauge.name] = [(tuple(map(str, row[:-1])), float(row[-1])) for row in rows]
        except Exception as fault:
            self._seen.pop(gauge.name, None)
            if not will_pass(fault):
                raise
            log.warning("a gauge is not known", extra={"gauge": gauge.name, "fault": type(fault).__name__})
        finally:
            now = monotonic()
            self._due[gauge.name] = now + max(GAUGES_SECONDS, SHARE * (now - began))

    def collect(self) -> Iterable[Metric]:
        """Give what was seen as Prometheus reads it."""
        yield from of_sight(self.sight)
        for gauge in self.gauges:
            yield family(gauge.name, gauge.help, gauge.labels, self._seen.get(gauge.name, ()))
