"""What an operator sees of a service at this moment: is it well, what waits, how far behind is it, where are the workers.

A duty looks every few seconds and keeps what it saw; Prometheus and `pulih status` are shown that, so that no question
is put to the database because somebody reads.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from time import monotonic

from prometheus_client.metrics_core import Metric

from shared import gauges
from shared.books import Figure
from shared.faults import will_pass
from shared.gauges import Sight
from shared.messaging import Listener
from shared.relay import LEADER_LOCK, Relay
from shared.work import Database

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
FIGURES_SECONDS = 15.0
"""Seconds between two looks at the plumbing, and at the figures."""
SHARE = 20
"""A figure whose question took a second is not asked again for so many seconds: a twentieth of one connection's time."""
PATIENCE_SECONDS = 3.0
LONGEST_QUESTION = "10s"

_BACKLOG = f"""
SELECT coalesce((SELECT max(position) FROM journal), 0) - mark.position AS rows,
    coalesce(extract(epoch FROM now() - (
        SELECT time FROM journal WHERE position > mark.position ORDER BY position LIMIT 1
    )), 0) AS seconds,
    (SELECT count(*) FROM dead_letter WHERE state = 'waiting') AS dead_letters,
    EXISTS (
        SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND (classid, objid) = (0, {LEADER_LOCK})
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ) AS led
FROM mark WHERE id = 1
"""
"""Each part is found at the end of an index, however long the tables are."""


class Observer:
    """Looks at one service, for its operators."""

    def __init__(
        self,
        database: Database,
        listener: Listener,
        relay: Relay,
        *,
        figures: Sequence[Figure],
        why_not_ready: Callable[[], Awaitable[str | None]],
    ) -> None:
        self.sight = Sight()
        self.figures = figures
        self._database = database
        self._listener = listener
        self._relay = relay
        self._why_not_ready = why_not_ready
        self._seen: dict[str, list[tuple[tuple[str, ...], float]]] = {}
        self._due = dict.fromkeys((figure.name for figure in figures), 0.0)

    async def run(self) -> None:
        """Look again and again, for ever."""
        while True:
            await self.look()
            for figure in self.figures:
                if monotonic() >= self._due[figure.name]:
                    await self._ask(figure)
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> Sight:
        """Look at the plumbing; a change for the better or the worse is logged."""
        behind = await self._listener.behind()
        before, trouble = self.sight.trouble, await self._why_not_ready()
        sight = Sight(
            trouble,
            behind=behind,
            gaps=len(self._listener.hearing.gaps),
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

    async def _ask(self, figure: Figure) -> None:
        """Put one figure's question. What cannot be answered in time is not shown: an old figure would look like a new one."""
        began = monotonic()
        try:
            async with self._database.reading() as work:
                await work.run(f"SET LOCAL statement_timeout = '{LONGEST_QUESTION}'")
                rows = await work.rows(figure.sql)
            self._seen[figure.name] = [(tuple(map(str, row[:-1])), float(row[-1])) for row in rows]
        except Exception as fault:
            self._seen.pop(figure.name, None)
            if not will_pass(fault):
                raise
            log.warning("a figure is not known", extra={"figure": figure.name, "fault": type(fault).__name__})
        finally:
            now = monotonic()
            self._due[figure.name] = now + max(FIGURES_SECONDS, SHARE * (now - began))

    def collect(self) -> Iterable[Metric]:
        """Give what was seen as Prometheus reads it."""
        yield from gauges.of_sight(self.sight)
        for figure in self.figures:
            yield gauges.family(figure.name, figure.help, figure.labels, self._seen.get(figure.name, ()))
