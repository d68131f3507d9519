"""Training as the tests see it: events in, rows and events out, on a real PostgreSQL."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import msgspec

from services.training import audit
from services.training.handlers import handlers
from shared.database.unit_of_work import Database
from shared.events import (
    EVENTS,
    ApplicationAmended,
    CourseCancelled,
    CourseOffered,
    CoursePaused,
    CourseResumed,
    Event,
    RegistrationWithdrawn,
    TrainingResultRecorded,
    WorkerPlaced,
    WorkerRegistered,
)
from shared.inbox.inbox import Inbox
from tests.spoken import place_of, spoken

PURWOREJO, KEBUMEN, BEKASI, SERANG = "33.06", "33.05", "32.75", "36.04"
BLK, DESK = "blk-purworejo", "disnaker-purworejo"
NAMESPACE = UUID(int=3)
FEBRUARY_3 = date(2021, 2, 3)


def worker(n: int) -> UUID:
    return UUID(int=0x0190_0000_0000_7000_8000_0000_0000_0000 + n)


def course_id(code: str, agency: str = BLK) -> UUID:
    return uuid5(NAMESPACE, f"{agency}:{code}")


def registered(n: int, **known: Any) -> WorkerRegistered:
    return WorkerRegistered(
        **{
            "worker": worker(n),
            "spell": 1,
            "concerns": [DESK],
            "reason": "laid-off",
            "applied_on": FEBRUARY_3,
            "region": PURWOREJO,
            "wants": ["training"],
            "wishes": ["sewing"],
            "agency": DESK,
        }
        | known
    )


def amended(n: int, **known: Any) -> ApplicationAmended:
    return ApplicationAmended(
        **{
            "worker": worker(n),
            "spell": 1,
            "concerns": [DESK],
            "applied_on": FEBRUARY_3,
            "region": PURWOREJO,
            "wants": ["training"],
            "wishes": ["sewing"],
        }
        | known
    )


def withdrawn(n: int, spell: int = 1) -> RegistrationWithdrawn:
    return RegistrationWithdrawn(
        worker=worker(n), spell=spell, concerns=[DESK], on=date(2021, 4, 1), reason="mediation", agency=DESK
    )


def placed(n: int, outcome: Any = "hired", spell: int = 1) -> WorkerPlaced:
    return WorkerPlaced(
        worker=worker(n), spell=spell, concerns=[DESK], outcome=outcome, on=date(2021, 4, 1), agency="pt-garmen"
    )


def offered(code: str, **known: Any) -> CourseOffered:
    return CourseOffered(
        **{
            "agency": BLK,
            "on": date(2021, 1, 4),
            "course": course_id(code, known.get("agency", BLK)),
            "code": code,
            "title": f"Course {code}",
            "vocation": "sewing",
            "region": PURWOREJO,
            "funding": "APBN",
            "seats": 2,
            "starts_on": date(2021, 3, 1),
            "ends_on": date(2021, 4, 30),
        }
        | known
    )


def cancelled(code: str) -> CourseCancelled:
    return CourseCancelled(agency=BLK, on=date(2021, 3, 5), course=course_id(code), code=code, reason="no-instructor")


def paused(code: str) -> CoursePaused:
    return CoursePaused(agency=BLK, on=date(2021, 3, 5), course=course_id(code), code=code, reason="pandemic")


def resumed(code: str, mode: Any = None) -> CourseResumed:
    return CourseResumed(agency=BLK, on=date(2021, 3, 20), course=course_id(code), code=code, mode=mode)


def result(n: int, code: str, how: Any = "graduated", agency: str = BLK) -> TrainingResultRecorded:
    return TrainingResultRecorded(
        agency=agency, on=date(2021, 4, 30), worker=worker(n), course=course_id(code, agency), code=code, result=how
    )


class ServiceUnderTest:
    """Training's ear and books. `hear` answers what was said in return, in order."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.inbox = Inbox(database, handlers)
        self._next = {"registration": 1, "placement": 1}
        self._last: dict[tuple[str, int], int] = {}
        self.heard: list[Any] = []
        """The records of the last batch: deliver them again for a repeat."""
        self.tampered = False

    async def hear(self, *events: Event) -> list[Event]:
        """Take events in as one batch: placements on placement's topic, everything else on registration's."""
        return await self.deliver(*self.records(events))

    def records(self, events: Sequence[Event]) -> list[Any]:
        """Give the next records of a topic, each naming the one before it in its partition."""
        by = "placement" if isinstance(events[0], WorkerPlaced) else "registration"
        records = []
        for position, event in enumerate(events, self._next[by]):
            place = by, place_of(event.key, 4)[1]
            records.append(spoken(event, position, by=by, previous=self._last.get(place, 0)))
            self._last[place] = position
        self._next[by] += len(events)
        return records

    async def deliver(self, *records: Any) -> list[Event]:
        self.heard = list(records)
        before = len(await self.said())
        await self.inbox.take_in(records)
        return await self.said(after=before)

    async def said(self, after: int = 0) -> list[Event]:
        found = await self.rows(
            "SELECT type, CAST(data AS text) AS data FROM journal ORDER BY position OFFSET :after", after=after
        )
        return [msgspec.json.decode(row.data, type=EVENTS[row.type]) for row in found]

    async def rows(self, sql: str, **values: Any) -> Any:
        async with self.database.reading() as work:
            return await work.rows(sql, **values)

    async def tamper(self, *statements: str) -> None:
        """Do what no handler would; the books need not be in order afterwards."""
        self.tampered = True
        async with self.database.work() as work:
            for sql in statements:
                await work.run(sql)

    async def states(self, spell: int = 1) -> dict[int, str]:
        """Where each worker is, by the worker's number."""
        found = await self.rows(
            "SELECT worker, state FROM application WHERE spell = :spell ORDER BY worker", spell=spell
        )
        return {row.worker.int - worker(0).int: row.state for row in found}

    async def seats(self, code: str) -> dict[int, int]:
        """Who sits in a course now: seat -> the worker's number."""
        found = await self.rows(
            "SELECT seat, worker FROM enrolment WHERE course = :id AND state = 'in-training' ORDER BY seat",
            id=course_id(code),
        )
        return {row.seat: row.worker.int - worker(0).int for row in found}

    async def broken(self) -> dict[str, list[str]]:
        async with self.database.reading() as work:
            return {each.rule: each.ids for each in await audit.broken_rules(work)}

    async def figures(self) -> dict[str, int]:
        async with self.database.reading() as work:
            return await audit.figures(work)

    async def buried(self) -> list[str]:
        return [row.reason for row in await self.rows("SELECT reason FROM dead_letter")]


def only(kind: type[Event], events: Iterable[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def kinds(events: Iterable[Event]) -> list[str]:
    return [type(event).__name__ for event in events]
