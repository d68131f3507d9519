"""Writes assertions down: decides on them and keeps them in one transaction, and tries again what can pass.

A commit for each request makes callers queue for the journal's lock: 914 posts a second were measured that way, against
18,757 with one writer that takes many requests into each transaction.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from itertools import pairwise
from uuid import UUID

from services.registration import (
    asking,
    course_runs_store,
    merges_store,
    moves,
    relations_store,
    retractions_store,
    reviews,
    store,
    walk_ins,
)
from services.registration.domain import acceptance
from services.registration.domain.acceptance import Context
from services.registration.domain.decisions import Decisions, Review
from services.registration.domain.identities import NO_PAIRS
from services.registration.domain.retracting import Retracted
from services.registration.identity.sealing import IdentitySeals
from services.registration.identity.worker import Worker
from services.registration.posting.assertions import Assertion, in_order, separate_new
from services.registration.posting.receipts import Receipt, receipt_of_refusal
from shared import access, clock
from shared.backoff import Backoff
from shared.database.unit_of_work import Database, UnitOfWork
from shared.events import FactRetracted, IdentitiesKeptApart, IdentitiesMerged, JobseekerApplied
from shared.faults import will_pass
from shared.refusals import FAULT

log = logging.getLogger(__name__)

PAIRS = IdentitiesMerged, IdentitiesKeptApart
"""The facts that decide whether two workers are one person."""
CUT_BEHIND = *PAIRS, FactRetracted
RETRIES = 3
"""How often a transaction is tried again that met a fault that will pass."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 0.4


class Writer:
    """Writes the assertions of one desk."""

    def __init__(self, database: Database, seals: IdentitySeals) -> None:
        self._database = database
        self._seals = seals

    async def write(self, assertions: Sequence[Assertion]) -> list[Receipt | None]:
        """Write assertions, each part of them in a transaction of its own.

        Gives a receipt for each; None for those that were not taken in, because the database is away.
        """
        return [receipt for part in _parts(assertions) for receipt in await self._write(part)]

    async def _write(self, assertions: Sequence[Assertion]) -> list[Receipt | None]:
        """Write assertions in one transaction. If that fails, write each half, down to the one event to blame."""
        try:
            return [*await self._commit_with_retries(assertions)]
        except Exception as fault:
            if will_pass(fault):
                log.warning("the desk's database is away", extra={"fault": type(fault).__name__})
                return [None] * len(assertions)
            if len(assertions) == 1:
                (bad,) = assertions
                log.exception("an event failed at the desk", extra={"event_type": type(bad.fact).__name__})
                return [receipt_of_refusal(bad.source, bad.id, FAULT)]
        middle = len(assertions) // 2
        return [*await self._write(assertions[:middle]), *await self._write(assertions[middle:])]

    async def _commit_with_retries(self, assertions: Sequence[Assertion]) -> list[Receipt]:
        pauses = Backoff(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)
        for _ in range(RETRIES):
            try:
                return await self._commit(assertions)
            except Exception as fault:
                if not will_pass(fault):
                    raise
            await asyncio.sleep(pauses.next())
        return await self._commit(assertions)

    async def _commit(self, assertions: Sequence[Assertion]) -> list[Receipt]:
        """Decide on assertions and keep them. The receipts hold only once this has returned."""
        async with self._database.work() as work:
            await store.lock_agencies(work, (assertion.poster.id for assertion in assertions))
            new, receipts = separate_new(assertions, await store.accepted_before(work, assertions))
            retracted = await self._retracted(work, new)
            unknown, known = await store.workers_meant(work, new, self._seals, also=_worker_of(retracted))
            workers = [*unknown, *known]
            context = await self._context(work, new, workers, retracted)
            alike = await reviews.alike.find(work, unknown, new, self._seals)
            cards = sum(isinstance(assertion.fact, JobseekerApplied) and assertion.fact.card for assertion in new)
            numbers = await store.card_numbers(work, cards)
            decisions = acceptance.decide(new, context, self._seals, numbers)
            work.traces = {fact.key: assertion.trace for assertion, fact in decisions.accepted if assertion.trace}
            await store.keep(work, decisions, workers, unknown)
            await store.keep_assertions(work, decisions, workers, self._seals)
            await self._keep_the_rare(work, decisions, alike, workers, context)
        return in_order(assertions, new, decisions.receipts, receipts)

    async def _retracted(self, work: UnitOfWork, new: Sequence[Assertion]) -> Retracted | None:
        """Read what is taken back, if this is a retraction: it is a batch of its own."""
        fact = new[0].fact if len(new) == 1 else None
        if isinstance(fact, FactRetracted):
            return await retractions_store.find(work, fact, new[0].poster.slug)
        return None

    async def _context(
        self, work: UnitOfWork, new: Sequence[Assertion], workers: Sequence[Worker], retracted: Retracted | None
    ) -> Context:
        """Read what the decisions on these assertions need beside the workers."""
        named = {name for each in new if each.statement is None for name in (each.nik, each.worker, each.other) if name}
        named.update(_worker_of(retracted))
        asked = {worker.means for worker in workers if worker.nik in named or worker.id in named}
        reported = {each.statement.nik for each in new if each.statement}
        known = [worker.id for worker in workers if worker.spell is not None and worker.nik in reported]
        differed, contacts = await reviews.keeping.differed_today(work, known, clock.today())
        relations = await relations_store.of_workers(work, asked, clock.today())
        decided = sum(isinstance(each.fact, PAIRS) for each in new)
        pairs = await merges_store.pairs_of(work, asked, decided) if decided else NO_PAIRS
        retracts = retracted.event if retracted else None
        history = await retractions_store.history_of(work, _worker_of(retracted), but_not=retracts)
        runs = await course_runs_store.of_codes(work, new)
        return Context(workers, relations, differed, contacts, pairs, retracted, history, runs)

    async def _keep_the_rare(
        self,
        work: UnitOfWork,
        decisions: Decisions,
        alike: Sequence[Review],
        workers: Sequence[Worker],
        context: Context,
    ) -> None:
        """Keep moves, reviews, merges and refusals for lack of a relation, and tell whom offices are to ask: few batches have any."""
        for assertion, worker in decisions.refused:
            route = f"POST /events {type(assertion.fact).__name__}"
            await access.note(work, assertion.poster, route, [worker], outcome="refused")
        await asking.tell_offices(work, decisions, workers)
        await moves.ask(work, decisions.moves)
        await moves.answer(work, decisions.move_answers, workers)
        by_id = {worker.id: worker for worker in workers}
        meant = {worker.id: by_id[worker.means] for worker in workers}
        await reviews.keeping.keep(work, [*decisions.reviews, *alike], meant, clock.today())
        await reviews.keeping.decide(work, decisions.decided, clock.today())
        await merges_store.keep(work, decisions, context.pairs.merges)
        await course_runs_store.keep(work, context.runs)
        await walk_ins.keep(work, decisions.walk_ins)
        await retractions_store.note(work, decisions.retracted, clock.today())


def _parts(assertions: Sequence[Assertion]) -> Iterator[Sequence[Assertion]]:
    """Give the parts that have a transaction of their own.

    A decision on two workers ends its part: from then on an id may mean another worker. A retraction is a part: what it takes
    back was committed before.
    """
    start = 0
    for nth, (this, following) in enumerate(pairwise(assertions), 1):
        if isinstance(this.fact, CUT_BEHIND) or isinstance(following.fact, FactRetracted):
            yield assertions[start:nth]
            start = nth
    yield assertions[start:]


def _worker_of(retracted: Retracted | None) -> list[UUID]:
    return [retracted.worker] if retracted and retracted.worker else []
