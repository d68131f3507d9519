"""The front desk: requests wait here, one writer takes many into a transaction, and each caller gets its receipts."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from prometheus_client import Gauge

from services.registration.identity.sealing import IdentitySeals
from services.registration.posting.assertions import Assertion
from services.registration.posting.days import DayLimits
from services.registration.posting.receipts import Receipt
from services.registration.posting.writer import Writer
from shared.database.unit_of_work import Database
from shared.refusals import AWAY, Refusal

WAITING = Gauge("pulih_desk_waiting", "Events that wait at the front desk for its writer.")
MOST_REQUESTS = 500
MOST_EVENTS = 2_000
"""What one transaction takes, at most (and one request at least)."""
MOST_WAITING = 20_000
"""Events that may wait; requests beyond that are refused, and may be posted again."""
LULL_SECONDS = 0.002
"""Silence that ends the wait for callers who post again."""
LINGER_SECONDS = 0.02
"""Longest wait for callers who post again."""
FULL = Refusal(
    "The desk is full for the moment; nothing was taken in. Post it again.",
    kind="busy",
    status=503,
    headers={"Retry-After": "1"},
)


@dataclass(slots=True)
class _Request:
    """What one caller posted, and the future of its receipts."""

    assertions: Sequence[Assertion]
    receipts: asyncio.Future[list[Receipt]]


class Desk:
    """Takes assertions, and gives receipts once they are committed."""

    def __init__(self, database: Database, seals: IdentitySeals, days: DayLimits) -> None:
        self.seals = seals
        self.days = days
        self._writer = Writer(database, seals)
        self._queue: deque[_Request] = deque()
        self._waiting = 0
        self._has_requests = asyncio.Event()

    async def post(self, assertions: Sequence[Assertion]) -> list[Receipt]:
        """Have assertions decided on and kept. Raises `Refusal` (503) when the desk is full or its database away."""
        if not assertions:
            return []
        if self._waiting + len(assertions) > MOST_WAITING:
            raise FULL
        request = _Request(assertions, asyncio.get_running_loop().create_future())
        self._queue.append(request)
        self._count(len(assertions))
        self._has_requests.set()
        return await request.receipts

    async def run(self) -> None:
        """Serve requests for ever."""
        while True:
            while requests := self._next_requests():
                await self._serve(requests)
                await self._linger(len(requests))
            self._has_requests.clear()
            await self._has_requests.wait()

    async def _linger(self, served: int) -> None:
        """Wait for callers who have their receipts and post again at once: one transaction for all costs less than two.

        The wait ends when as many wait as were served, at a lull, or after `LINGER_SECONDS`. A single caller does not
        wait.
        """
        before, deadline = -1, monotonic() + LINGER_SECONDS
        while served > 1 and before < len(self._queue) < served and monotonic() < deadline:
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
            receipts = await self._writer.write(assertions)
        finally:
            # every caller gets an answer, whatever happens: what has no receipt was not taken in
            following = iter(receipts)
            for request in requests:
                _answer(request, [next(following) for _ in request.assertions])

    def _count(self, events: int) -> None:
        self._waiting += events
        WAITING.set(self._waiting)


def _answer(request: _Request, receipts: Sequence[Receipt | None]) -> None:
    if request.receipts.done():  # the caller went away
        return
    given = [receipt for receipt in receipts if receipt is not None]
    if len(given) < len(receipts):
        request.receipts.set_exception(AWAY)
    else:
        request.receipts.set_result(given)
