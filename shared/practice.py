"""A practice stack plays programmes of the past. Its databases are for practice from the first start, or never.

Operators move a practice stack's clock, and nobody moves another's. Each service keeps in its database how far its clock was
moved, and each process of it follows.
"""

import asyncio
from datetime import date, timedelta
from typing import Final
from weakref import WeakKeyDictionary

from shared import clock
from shared.database.unit_of_work import Database
from shared.faults import Misconfigured

NOT_FOR_PRACTICE: Final = (
    "PULIH_PRACTICE is true, and this database was made without it: take the setting away, or give a practice stack "
    "databases of its own"
)
FOR_PRACTICE: Final = (
    "this database was made for practice, and PULIH_PRACTICE is not true: real reports need another database"
)
EVERY: Final = 1.0
"""Seconds between two looks at whether another process moved the clock."""
_LOCKS: Final[WeakKeyDictionary[Database, asyncio.Lock]] = WeakKeyDictionary()
"""For each database in use: whoever reads or moves its clock."""


async def open_calendar(database: Database, *, wanted: bool) -> None:
    """Note at the first start whether this is for practice. Raises `Misconfigured` where the setting says otherwise later."""
    async with database.work() as work:
        await work.run(
            "INSERT INTO calendar (id, practice) VALUES (1, :wanted) ON CONFLICT (id) DO NOTHING", wanted=wanted
        )
        (kept,) = await work.rows("SELECT practice, days_ahead FROM calendar WHERE id = 1")
    if kept.practice != wanted:
        raise Misconfigured(FOR_PRACTICE if kept.practice else NOT_FOR_PRACTICE)
    clock.move(timedelta(days=kept.days_ahead))


async def set_today(database: Database, day: date) -> None:
    """Let it be another day for this service. The database must be for practice."""
    ahead = day - clock.real_today()
    async with _in_turn(database):
        async with database.work() as work:
            await work.run("UPDATE calendar SET days_ahead = :days WHERE id = 1 AND practice", days=ahead.days)
        clock.move(ahead)


async def follow(database: Database) -> None:
    """Follow the clock that another process of the service moves, for as long as the service runs."""
    while True:
        await follow_once(database)
        await asyncio.sleep(EVERY)


async def follow_once(database: Database) -> None:
    """Read how far the clock was moved. What was read before the clock is moved here counts no more after it."""
    async with _in_turn(database):
        async with database.reading() as work:
            (kept,) = await work.rows("SELECT days_ahead FROM calendar WHERE id = 1")
        clock.move(timedelta(days=kept.days_ahead))


def _in_turn(database: Database) -> asyncio.Lock:
    return _LOCKS.setdefault(database, asyncio.Lock())
