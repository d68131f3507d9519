"""The front desk itself: one writer, who takes all that waits into one transaction, and gives each caller its receipts.

One commit for each request would make the journal's lock a queue: 914 posts a second, against 18,757 (FACTS.md).
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from prometheus_client import Gauge

from services.registration import domain, store
from services.registration.identity.persons import Persons
from services.registration.posting.assertions import Assertion, in_order, sift
from services.registration.posting.receipts import Receipt, refusal_of
from shared.database.unit_of_work import Database
from shared.events import JobseekerApplied
from shared.faults import will_pass
from shared.refusals import AWAY, FAULT, Refusal

log = logging.getLogger(__name__)

WAITING = Gauge("pulih_desk_waiting", "Events that wait at the front desk for its writer.")
MOST_REQUESTS = 500
MOST_EVENTS = 2_000
"""What one transaction takes, at most (and one request at least)."""
MOST_WAITING = 20_000
"""Events that may wait; whoever comes then is asked to come back."""
LULL_SECONDS, LINGER_SECONDS = 0.002, 0.02
"""When nobody has come for so long, the next transaction begins; and after so long whoever comes."""
PAUSES = (0.05, 0.2, 0.5)
"""Seconds before a transaction is tried again that met a fault that will pass."""
FULL = Refusal(
    "The desk is full for the moment; nothing was taken in. Post it again.",
    kind="busy",
    status=503,
    headers={"Retry-After": "1"},
)


@dataclass(slots=True)
class _Request:
    """What one caller posted, and where the receipts are awaited."""

    assertions: Sequence[Assertion]
    answer: asyncio.Future[list[Receipt]]


class Desk:
    """Takes assertions and answers with receipts once they are committed."""

    def __init__(self, database: Database, persons: Persons) -> None:
        self.persons = persons
        self._database = database
        self._queue: deque[_Request] = deque()
        self._waiting = 0
        self._bell = asyncio.Event()

    async def post(self, assertions: Sequence[Assertion]) -> list[Receipt]:
        """Have assertions judged and written down. Raises `Refusal` (503) when the desk is full or its database away."""
        if not assertions:
            return []
        if self._waiting + len(assertions) > MOST_WAITING:
            raise FULL
        request = _Request(assertions, asyncio.get_running_loop().create_future())
        self._queue.append(request)
        self._count(len(assertions))
        self._bell.set()
        return await request.answer

    async def run(self) -> None:
        """Serve whoever comes, for ever."""
        while True:
            while requests := self._next_requests():
                await self._serve(requests)
                await self._linger(len(requests))
            self._bell.clear()
            await self._bell.wait()

    async def _linger(self, served: int) -> None:
        """Wait for those who were answered just now and post again at once: one transaction for all costs less than two.

        It ends when as many wait as were served, or nobody comes for a moment, or soon in any case. One caller alone is
        not made to wait.
        """
        before, until = -1, monotonic() + LINGER_SECONDS
        while served > 1 and before < len(self._queue) < served and monotonic() < until:
            before = len(self._queue)
            await asyncio.sleep(LULL_SECONDS)

    def _next_requests(self) -> list[_Request]:
        taken: list[_Request] = []
        events = 0
        while self._queue and len(taken) < MOST_REQUESTS:
            events += len(self._queue[0].assertions)
            if taken and events > MOST_EVENTS:
                break
            taken.append(self._queue.popleft())
        return taken

    async def _serve(self, requests: Sequence[_Request]) -> None:
        assertions = [assertion for request in requests for assertion in request.assertions]
        self._count(-len(assertions))
        receipts: list[Receipt | None] = [None] * len(assertions)
        try:
            await self._settle(assertions, receipts, 0)
        finally:
            # whatever happens, nobody is left waiting: what has no receipt was not taken in
            nth = iter(receipts)
            for request in requests:
                _answer(request, [next(nth) for _ in request.assertions])

    async def _settle(self, assertions: Sequence[Assertion], receipts: list[Receipt | None], start: int) -> None:
        """Settle all in one transaction; where that raises, the halves, down to the one event to blame."""
        try:
            receipts[start : start + len(assertions)] = await self._patiently(assertions)
        except Exception as fault:
            if will_pass(fault):
                log.warning("the desk's database is away", extra={"fault": type(fault).__name__})
            elif len(assertions) > 1:
                middle = len(assertions) // 2
                await self._settle(assertions[:middle], receipts, start)
                await self._settle(assertions[middle:], receipts, start + middle)
            else:
                (bad,) = assertions
                log.exception("an event failed at the desk", extra={"event_type": type(bad.fact).__name__})
                receipts[start] = refusal_of(bad.source, bad.id, FAULT)

    async def _patiently(self, assertions: Sequence[Assertion]) -> list[Receipt]:
        for pause in PAUSES:
            try:
                return await self._commit(assertions)
            except Exception as fault:
                if not will_pass(fault):
                    raise
            await asyncio.sleep(pause)
        return await self._commit(assertions)

    async def _commit(self, assertions: Sequence[Assertion]) -> list[Receipt]:
        """Judge and write down; the receipts are good only once this has returned."""
        async with self._database.work() as work:
            await store.take_turns_with(work, (assertion.by.id for assertion in assertions))
            fresh, settled = sift(assertions, await store.heard_before(work, assertions))
            workers = await store.workers_meant(work, fresh, self.persons)
            asks = sum(isinstance(assertion.fact, JobseekerApplied) and assertion.fact.card for assertion in fresh)
            ruling = domain.judge(fresh, workers, self.persons, await store.card_numbers(work, asks))
            work.traces = {fact.key: assertion.trace for assertion, fact in ruling.kept if assertion.trace}
            await store.keep(work, ruling, workers, self.persons)
        return in_order(assertions, fresh, ruling.receipts, settled)

    def _count(self, events: int) -> None:
        self._waiting += events
        WAITING.set(self._waiting)


def _answer(request: _Request, receipts: Sequence[Receipt | None]) -> None:
    if request.answer.done():  # the caller went away
        return
    given = [receipt for receipt in receipts if receipt is not None]
    if len(given) < len(receipts):
        request.answer.set_exception(AWAY)
    else:
        request.answer.set_result(given)
