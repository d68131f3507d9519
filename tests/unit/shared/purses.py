"""A service with one rule: it adds up the money granted to each worker, and says so."""

from datetime import date
from uuid import UUID

from shared.events import BusinessStarted, GrantRecorded
from shared.inbox import bookmarks
from shared.inbox.handlers import Handlers
from shared.inbox.inbox import Inbox

SITI, BUDI, WAYAN = (UUID(int=n) for n in (1, 2, 3))
UNLUCKY = 444
"""The amount that makes the handler raise, when it has already written."""


def grant(worker: UUID, amount: int) -> GrantRecorded:
    return GrantRecorded(worker=worker, agency="bpjs-denpasar", on=date(2020, 8, 11), kind="tools", amount=amount)


class PurseService:
    """Its database and inbox, with a purse for each worker."""

    def __init__(self, database) -> None:
        self.database = database
        self.handlers = Handlers()
        self.handlers.on(GrantRecorded)(self.add_up)
        self.inbox = Inbox(database, self.handlers)
        self.faults: list[Exception | str] = []
        """What goes wrong at the next tries, before anything is done: an exception, or SQL that fails."""

    async def open(self) -> None:
        async with self.database.work() as work:
            await work.run("CREATE TABLE purse (worker uuid PRIMARY KEY, amount int CHECK (amount < 1000000))")
            await bookmarks.open_for(work, ["registration", "training"], 4)

    async def add_up(self, grants, work) -> None:
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, Exception):
                raise fault
            await work.run(fault)
        for one in grants:
            found = await work.rows("SELECT amount FROM purse WHERE worker = :id", id=one.worker)
            amount = (found[0].amount if found else 0) + one.amount
            await work.run(
                "INSERT INTO purse VALUES (:id, :amount) ON CONFLICT (worker) DO UPDATE SET amount = :amount",
                id=one.worker,
                amount=amount,
            )
            if one.amount == UNLUCKY:
                raise RuntimeError("unlucky")
            work.announce(BusinessStarted(worker=one.worker, agency="office", on=one.on, business="koi"))

    async def held(self) -> dict[UUID, int]:
        return dict(await self.ask("SELECT worker, amount FROM purse"))

    async def said(self) -> list[UUID]:
        return [row.key for row in await self.ask("SELECT key FROM journal ORDER BY position")]

    async def buried(self) -> list[str]:
        return [row.reason for row in await self.ask("SELECT reason FROM dead_letter ORDER BY id")]

    async def positions(self) -> dict[int, int]:
        async with self.database.work() as work:
            return {
                place.partition: position for place, (position, _) in (await bookmarks.read(work)).items() if position
            }

    async def ask(self, sql: str):
        async with self.database.work() as work:
            return [tuple(row) if len(row) > 1 else row for row in await work.rows(sql)]
