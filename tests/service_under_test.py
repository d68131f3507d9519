"""A service's handlers as tests see them: events in by its inbox, rows and events out, on a real PostgreSQL."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from shared.audit import Audit
from shared.database.unit_of_work import Database
from shared.events import EVENTS, Event, speaker_of
from shared.inbox.handlers import Handlers
from shared.inbox.inbox import Inbox
from tests.spoken import place_of, spoken


class ServiceUnderTest:
    """A service's database and inbox. `hear` takes events in, and gives the events that the service says in return."""

    def __init__(self, database: Database, handlers: Handlers, audit: Audit) -> None:
        self.database = database
        self.inbox = Inbox(database, handlers)
        self.audit = audit
        self.heard: list[Any] = []
        """The records of the last batch: deliver them again for a repeat."""
        self.tampered = False
        """Whether a test did what no handler would: the audit need not hold afterwards."""
        self._next: dict[str, int] = {}
        self._last: dict[tuple[str, int], int] = {}

    async def hear(self, *events: Event) -> list[Event]:
        """Take events in as one batch, each from its speaker's topic."""
        return await self.deliver(*self.records(events))

    def records(self, events: Sequence[Event]) -> list[Any]:
        """Give the next records of the speakers' topics, each naming the one before it in its partition."""
        records = []
        for event in events:
            speaker = speaker_of(type(event))
            position = self._next.get(speaker, 1)
            partition = speaker, place_of(event.key, 4)[1]
            records.append(spoken(event, position, by=speaker, previous=self._last.get(partition, 0)))
            self._next[speaker], self._last[partition] = position + 1, position
        return records

    async def deliver(self, *records: Any) -> list[Event]:
        self.heard = list(records)
        before = await self.journal_length()
        await self.inbox.take_in(records)
        return await self.said(after=before)

    async def said(self, after: int = 0) -> list[Event]:
        """Give what the service has said, in the order of its journal."""
        found = await self.rows(
            "SELECT type, CAST(data AS text) AS data FROM journal ORDER BY position OFFSET :after", after=after
        )
        return [msgspec.json.decode(row.data, type=EVENTS[row.type]) for row in found]

    async def journal_length(self) -> int:
        return int((await self.rows("SELECT count(*) FROM journal"))[0][0])

    async def rows(self, sql: str, **values: Any) -> Any:
        async with self.database.reading() as work:
            return await work.rows(sql, **values)

    async def run(self, *statements: str) -> None:
        async with self.database.work() as work:
            for sql in statements:
                await work.run(sql)

    async def tamper(self, *statements: str) -> None:
        """Do what no handler would; the audit need not hold afterwards."""
        self.tampered = True
        await self.run(*statements)

    async def buried(self) -> list[str]:
        return [row.reason for row in await self.rows("SELECT reason FROM dead_letter ORDER BY id")]

    async def broken(self) -> dict[str, list[str]]:
        """Give the rules that do not hold, and for whom."""
        async with self.database.reading() as work:
            return {each.rule: each.ids for each in await self.audit.broken_rules(work)}

    async def figures(self) -> dict[str, int]:
        async with self.database.reading() as work:
            return await self.audit.figures(work)


def only(kind: type[Event], events: Iterable[Event]) -> list[Any]:
    """Keep the events of one type."""
    return [event for event in events if isinstance(event, kind)]


def kinds(events: Iterable[Event]) -> list[str]:
    """Name the events' types."""
    return [type(event).__name__ for event in events]
