"""Placement as the tests see it: events in, rows and events out, on a real PostgreSQL."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import msgspec
from sqlalchemy import event as sqlalchemy_event

from services.placement import books
from services.placement.handlers import handlers
from shared.events import EVENTS, Event, VacancyPosted, WorkerRegistered
from shared.hearing import Hearing
from shared.work import Database
from tests.spoken import all_spoken

TODAY = date(2021, 9, 6)
JATENG, PURWOREJO, KEBUMEN = "33", "33.06", "33.05"
YOGYAKARTA, BALIKPAPAN, PONTIANAK, BEKASI = "34.71", "64.71", "61.71", "32.75"
NAMESPACE = UUID(int=3)


def worker(n: int) -> UUID:
    return UUID(int=0x0190_0000_0000_7000_8000_0000_0000_0000 + n)


def vacancy_id(code: str, agency: str = "disnaker-purworejo") -> UUID:
    return uuid5(NAMESPACE, f"{agency}:{code}")


def registered(n: int, **known: Any) -> WorkerRegistered:
    return WorkerRegistered(
        **{
            "worker": worker(n),
            "spell": 1,
            "concerns": ["disnaker-purworejo"],
            "reason": "laid-off",
            "applied_on": date(2021, 2, 3),
            "region": PURWOREJO,
            "wants": ["work"],
            "wishes": ["sewing"],
            "agency": "disnaker-purworejo",
        }
        | known
    )


def posted(code: str, **known: Any) -> VacancyPosted:
    return VacancyPosted(
        **{
            "agency": "disnaker-purworejo",
            "on": date(2021, 3, 1),
            "vacancy": vacancy_id(code, known.get("agency", "disnaker-purworejo")),
            "code": code,
            "title": f"Vacancy {code}",
            "vocation": "sewing",
            "employer": "PT Garmen Jateng",
            "region": PURWOREJO,
            "openings": 1,
        }
        | known
    )


class Office:
    """Placement's ear and books. `hear` answers what was said in return, in order."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.hearing = Hearing(database, handlers)
        self._next = {"registration": 1, "training": 1}
        self._last: dict[tuple[str, int], int] = {}
        self.statements: list[str] = []
        self.tampered = False
        sqlalchemy_event.listen(
            database.engine.sync_engine, "before_cursor_execute", lambda _c, _k, sql, *_: self.statements.append(sql)
        )

    async def hear(self, *events: Event, by: str = "registration") -> list[Event]:
        records = all_spoken(events, by=by, first=self._next[by])
        for record in records:
            place = (by, record.partition)
            headers = dict(record.headers)
            if headers["ce_previous"] == b"%020d" % 0:
                headers["ce_previous"] = b"%020d" % self._last.get(place, 0)
                record.headers = list(headers.items())
            self._last[place] = int(headers["ce_sequence"])
        self._next[by] += len(events)
        return await self.deliver(*records)

    async def deliver(self, *records: Any) -> list[Event]:
        before = await self.journal_length()
        await self.hearing.take_in(records)
        return await self.said(after=before)

    async def said(self, after: int = 0) -> list[Event]:
        found = await self.rows(
            "SELECT type, CAST(data AS text) AS data FROM journal ORDER BY position OFFSET :after", after=after
        )
        return [msgspec.json.decode(row.data, type=EVENTS[row.type]) for row in found]

    async def journal_length(self) -> int:
        return (await self.rows("SELECT count(*) FROM journal"))[0][0]

    async def rows(self, sql: str, **values: Any) -> Any:
        async with self.database.reading() as work:
            return await work.rows(sql, **values)

    async def run(self, *statements: str) -> None:
        async with self.database.work() as work:
            for sql in statements:
                await work.run(sql)

    async def states(self) -> dict[int, str]:
        found = await self.rows("SELECT worker, state FROM candidate ORDER BY worker")
        return {row.worker.int - worker(0).int: row.state for row in found}

    async def buried(self) -> list[str]:
        return [row.reason for row in await self.rows("SELECT reason FROM dead_letter ORDER BY id")]

    async def broken(self) -> list[str]:
        async with self.database.reading() as work:
            return [rule.rule for rule in await books.broken_rules(work)]

    async def figures(self) -> dict[str, int]:
        async with self.database.reading() as work:
            return await books.figures(work)


def only(kind: type[Event], events: Iterable[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]
