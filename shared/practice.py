"""A practice stack plays programmes of the past. Its databases are for practice from the first start, or never.

Operators move a practice stack's clock, and nobody moves another's. Each service keeps in its database how far its clock was
moved, and each process of it follows.
"""

import asyncio
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any, Final

from shared import clock
from shared.database.unit_of_work import Database
from shared.faults import Misconfigured
from shared.refusals import Refusal

NOT_FOR_PRACTICE: Final = (
    "PULIH_PRACTICE is true, and this database was made without it: take the setting away, or give a practice stack "
    "databases of its own"
)
FOR_PRACTICE: Final = (
    "this database was made for practice, and PULIH_PRACTICE is not true: real reports need another database"
)
EVERY: Final = 1.0
"""Seconds between two looks at whether another process moved the clock."""


class Calendar:
    """The day of one service, and whether the service is for `practice`."""

    def __init__(self, database: Database, *, practice: bool) -> None:
        self.practice = practice
        self._database = database
        self._turn = asyncio.Lock()
        """Whoever reads how far the clock was moved, or moves it: what was read before a move counts no more after it."""

    async def open(self) -> None:
        """Note at the first start whether this is for practice. Raises `Misconfigured` where the setting says otherwise later."""
        async with self._database.work() as work:
            await work.run(
                "INSERT INTO calendar (id, practice) VALUES (1, :practice) ON CONFLICT (id) DO NOTHING",
                practice=self.practice,
            )
            (kept,) = await work.rows("SELECT practice, days_ahead FROM calendar WHERE id = 1")
        if kept.practice != self.practice:
            raise Misconfigured(FOR_PRACTICE if kept.practice else NOT_FOR_PRACTICE)
        clock.move(timedelta(days=kept.days_ahead))

    async def move(self, day: date) -> None:
        """Let it be another day. Raises `Refusal` where this is not for practice."""
        if not self.practice:
            raise Refusal(
                "This stack is not for practice: its clock is the real one.",
                kind="not-for-practice",
                status=HTTPStatus.CONFLICT,
            )
        ahead = day - clock.real_today()
        async with self._turn:
            async with self._database.work() as work:
                await work.run("UPDATE calendar SET days_ahead = :days WHERE id = 1", days=ahead.days)
            clock.move(ahead)

    async def look(self) -> None:
        """Read how far the clock was moved, by this process or another."""
        async with self._turn:
            async with self._database.reading() as work:
                (kept,) = await work.rows("SELECT days_ahead FROM calendar WHERE id = 1")
            clock.move(timedelta(days=kept.days_ahead))

    async def follow(self) -> None:
        """Follow the clock that another process of the service moves, for as long as the service runs."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY)

    def as_json(self) -> dict[str, Any]:
        """Give it for whoever asks."""
        return {"today": clock.today(), "practice": self.practice}
