"""A chain of hashes for each worker, through three services: what is lost, doubled or out of order breaks it.

`registration` speaks, `training` hears it and says the same again, `placement` hears that. Each is a real `Service`;
only the rules are this module's. Run as `python -m tests.chain NAME` with a service's settings.
"""

import asyncio
import hashlib
import os
import random
import signal
import sys
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from shared.audit import Audit
from shared.database.unit_of_work import UnitOfWork
from shared.events import GrantRecorded
from shared.inbox.handlers import Handlers
from shared.service import Service, serve
from shared.settings import Settings

WORKERS = [UUID(int=0x0190_0000_0000_7000_8000_0000_0000_0000 + n) for n in range(200)]
START = "pulih"
HEARS = {"registration": ["placement"], "training": ["registration"], "placement": ["training"]}
"""Which service hears which. Registration hears placement too, so that each has a consumer that can be killed."""
TABLES = """
CREATE TABLE IF NOT EXISTS chain (worker uuid PRIMARY KEY, n int NOT NULL, hash text NOT NULL);
CREATE TABLE IF NOT EXISTS broken (worker uuid NOT NULL, n int NOT NULL, due int NOT NULL);
CREATE TABLE IF NOT EXISTS enough (events int NOT NULL)
"""


def link(hash: str, n: int) -> str:
    """Give the hash of a worker's n-th event, which rests on the one before it."""
    return hashlib.sha256(f"{hash}{n}".encode()).hexdigest()[:24]


def said(worker: UUID, n: int, hash: str) -> GrantRecorded:
    return GrantRecorded(worker=worker, agency="chain", on=date(2021, 9, 6), kind="tools", item=f"{n}:{hash}")


async def chains(work: UnitOfWork, workers: Sequence[UUID]) -> dict[UUID, tuple[int, str]]:
    found = await work.rows(
        "SELECT worker, n, hash FROM chain WHERE worker = ANY(CAST(:ids AS uuid[])) ORDER BY worker FOR UPDATE",
        ids=list(workers),
    )
    return dict.fromkeys(workers, (0, START)) | {row.worker: (row.n, row.hash) for row in found}


async def keep(work: UnitOfWork, known: dict[UUID, tuple[int, str]]) -> None:
    await work.run(
        "INSERT INTO chain SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:ns AS int[]), CAST(:hashes AS text[])) "
        "ON CONFLICT (worker) DO UPDATE SET n = excluded.n, hash = excluded.hash",
        ids=list(known),
        ns=[n for n, _ in known.values()],
        hashes=[hash for _, hash in known.values()],
    )


async def follow(grants: list[GrantRecorded], work: UnitOfWork) -> None:
    """Check each event against the one before it, and pass it on."""
    known = await chains(work, {grant.worker for grant in grants})
    broken = []
    for grant in grants:
        n, hash = known[grant.worker]
        told, _, told_hash = (grant.item or "").partition(":")
        if int(told) != n + 1 or told_hash != link(hash, n + 1):
            broken.append((grant.worker, int(told), n + 1))
        known[grant.worker] = (int(told), told_hash)
    await keep(work, known)
    for worker, n, due in broken:
        await work.run("INSERT INTO broken VALUES (:worker, :n, :due)", worker=worker, n=n, due=due)
    work.announce(*(said(grant.worker, *_parts(grant)) for grant in grants))


def _parts(grant: GrantRecorded) -> tuple[int, str]:
    n, _, hash = (grant.item or "").partition(":")
    return int(n), hash


async def speak(service: Service, events: int) -> None:
    """Lengthen the chains, 25 workers a transaction, three transactions at a time, until there are enough events.

    A number in the table `enough` goes before `events`.
    """

    async def lengthen() -> None:
        while await _lengthened(service, events):
            await asyncio.sleep(float(os.environ.get("CHAIN_PAUSE", "0.01")))

    await asyncio.gather(*(lengthen() for _ in range(3)))
    await asyncio.Event().wait()


async def _lengthened(service: Service, events: int) -> bool:
    """Lengthen 25 chains by an event, unless there are enough; gives whether there were not."""
    async with service.database.work() as work:
        found = await work.rows("SELECT events FROM enough")  # in this transaction: `Ring.enough` waits for its end
        if await _length(work) >= (found[0].events if found else events):
            return False
        known = await chains(work, sorted(random.sample(WORKERS, 25)))
        known = {worker: (n + 1, link(hash, n + 1)) for worker, (n, hash) in known.items()}
        await keep(work, known)
        work.announce(*(said(worker, n, hash) for worker, (n, hash) in known.items()))
    return True


async def _length(work: UnitOfWork) -> int:
    return int((await work.rows("SELECT coalesce(sum(n), 0) FROM chain"))[0][0])


async def _count(work: UnitOfWork) -> dict[str, int]:
    ((length,),) = await work.rows("SELECT coalesce(sum(n), 0) FROM chain")
    ((broken,),) = await work.rows("SELECT count(*) FROM broken")
    return {"length": int(length), "broken": broken}


def kill_its_heartbeat(service: Service) -> None:
    """Let aiokafka's heartbeat die of an unexpected error: from then on every poll raises, for ever."""

    async def dies() -> bool:
        raise RuntimeError("an error that nobody expected")

    service.consumer.subscription.client._coordinator._do_heartbeat = dies


def main(name: str) -> None:
    handlers = Handlers()
    service = Service(name, Settings(), handlers=handlers, hears=HEARS[name], audit=Audit(figures=_count))
    if name == "registration":
        service.duties.append(lambda: speak(service, int(os.environ["CHAIN_EVENTS"])))
    else:
        handlers.on(GrantRecorded)(follow)
    signal.signal(signal.SIGUSR1, lambda *_: kill_its_heartbeat(service))
    serve(service, service.app())


if __name__ == "__main__":
    main(sys.argv[1])
