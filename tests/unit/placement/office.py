"""Placement as the tests see it: events in, rows and events out, on a real PostgreSQL."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import msgspec

from services.placement import audit
from services.placement.handlers import handlers
from shared.audit import BrokenRule
from shared.database.unit_of_work import Database
from shared.events import (
    EVENTS,
    ApplicationAmended,
    ApplicationRefused,
    BusinessStarted,
    Event,
    HireConfirmed,
    HireDeclined,
    RegistrationWithdrawn,
    TrainingNotCompleted,
    VacancyClosed,
    VacancyPosted,
    WorkerGraduated,
    WorkerRecalled,
    WorkerReferred,
    WorkerRegistered,
)
from shared.inbox.inbox import Inbox
from tests.spoken import place_of, spoken

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


class ServiceUnderTest:
    """Placement's ear and books. `hear` answers what was said in return, in order."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.inbox = Inbox(database, handlers)
        self._next = {"registration": 1, "training": 1}
        self._last: dict[tuple[str, int], int] = {}
        self.tampered = False

    async def hear(self, *events: Event, by: str = "registration") -> list[Event]:
        return await self.deliver(*self.records(*events, by=by))

    def records(self, *events: Event, by: str = "registration") -> list[Any]:
        """The records in which a service says these next."""
        said = []
        for event in events:
            position, (_, partition) = self._next[by], place_of(event.key, 4)
            said.append(spoken(event, position, by=by, previous=self._last.get((by, partition), 0)))
            self._next[by], self._last[by, partition] = position + 1, position
        return said

    async def deliver(self, *records: Any) -> list[Event]:
        before = await self.journal_length()
        await self.inbox.take_in(records)
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
        return [rule.rule for rule in await self.broken_rules()]

    async def broken_rules(self) -> list[BrokenRule]:
        async with self.database.reading() as work:
            return await audit.broken_rules(work)

    async def whereabouts(self, after: int, limit: int = 100) -> list[tuple[int, int, str]]:
        async with self.database.reading() as work:
            found = await audit.whereabouts(work, worker(after), limit)
        return [(number(place), place.spell, place.state) for place in found]

    async def figures(self) -> dict[str, int]:
        async with self.database.reading() as work:
            return await audit.figures(work)


def only(kind: type[Event], events: Iterable[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def graduated(n: int, **known: Any) -> WorkerGraduated:
    course = {"course": worker(900), "code": "P-1", "provider": "blk-purworejo", "title": "Menjahit"}
    return WorkerGraduated(
        **course
        | {
            "worker": worker(n),
            "spell": 1,
            "vocation": "sewing",
            "certificate": f"C-{n}",
            "on": date(2021, 5, 4),
            "region": PURWOREJO,
        }
        | known
    )


def left_training(n: int, **known: Any) -> TrainingNotCompleted:
    course = {"course": worker(900), "code": "P-1", "provider": "blk-purworejo", "title": "Menjahit"}
    return TrainingNotCompleted(
        **course
        | {
            "worker": worker(n),
            "spell": 1,
            "result": "left",
            "on": date(2021, 5, 4),
            "region": PURWOREJO,
            "wishes": ["sewing"],
        }
        | known
    )


def amended(n: int, **known: Any) -> ApplicationAmended:
    return ApplicationAmended(
        **{
            "worker": worker(n),
            "spell": 1,
            "concerns": ["disnaker-purworejo"],
            "applied_on": date(2021, 2, 3),
            "region": PURWOREJO,
            "wants": ["work"],
            "wishes": ["sewing"],
        }
        | known
    )


def hired(n: int, code: str = "A", agency: str = "disnaker-purworejo") -> HireConfirmed:
    return HireConfirmed(
        agency=agency, on=date(2021, 6, 1), worker=worker(n), vacancy=vacancy_id(code, agency), code=code
    )


def declined(n: int, code: str = "A", **known: Any) -> HireDeclined:
    said = {"agency": "disnaker-purworejo", "on": date(2021, 6, 1), "worker": worker(n)}
    return HireDeclined(**said | {"vacancy": vacancy_id(code), "code": code} | known)


def closed(code: str = "A", **known: Any) -> VacancyClosed:
    said = {"agency": "disnaker-purworejo", "on": date(2021, 6, 1), "vacancy": vacancy_id(code), "code": code}
    return VacancyClosed(**said | known)


def recalled(n: int) -> WorkerRecalled:
    return WorkerRecalled(agency="pt-lama", on=date(2021, 6, 1), worker=worker(n), employer="PT Lama")


def in_business(n: int) -> BusinessStarted:
    return BusinessStarted(agency="disnaker-purworejo", on=date(2021, 6, 1), worker=worker(n), business="koi")


def withdrawn(n: int, **known: Any) -> RegistrationWithdrawn:
    said = {"worker": worker(n), "spell": 1, "on": date(2021, 6, 1), "reason": "mediation", "agency": "pt-lama"}
    return RegistrationWithdrawn(**said | known)


def refused(n: int, **known: Any) -> ApplicationRefused:
    return ApplicationRefused(**{"worker": worker(n), "spell": 1, "reason": "already-certified"} | known)


def who_was_sent_where(events: Iterable[Event]) -> dict[int, str]:
    return {number(event): event.code for event in only(WorkerReferred, events)}


def number(event: Any) -> int:
    """The number that a test gave the worker an event is about."""
    return int(event.worker.int - worker(0).int)
