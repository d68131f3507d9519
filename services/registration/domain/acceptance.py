"""Which assertions the desk accepts, and what follows from each: registrations, amendments, cards, questions."""

from collections.abc import Iterable, Iterator
from typing import Protocol

import msgspec

from services.registration import cards
from services.registration.domain.decisions import Decisions
from services.registration.domain.refusals import check_may_end, unknown_worker
from services.registration.domain.spell_changes import register, withdraw
from services.registration.identity.worker import Statement, Worker
from services.registration.posting.assertions import Assertion
from services.registration.posting.receipts import Receipt, receipt_of_refusal
from services.registration.spells import report_in
from shared.events import (
    Fact,
    IdentityQuestioned,
    JobseekerApplied,
    JobseekerCardIssued,
    LayoffReported,
    LayoffWithdrawn,
)
from shared.refusals import Refusal

HAS_A_CARD = "`card`: this worker's jobseeker's card is still good; no other was issued."
QUESTIONED = "`person.{}` differs from what is known for this NIK; the first stays, and an office has to look."
LATE = (
    "`on` is a day before this worker's last registration ended; the report is kept with that one, and opens no other."
)


class Seals(Protocol):
    """Encrypts what identifies a worker (`identity/sealing.py`)."""

    def add_statement(self, worker: Worker, statement: Statement) -> bool:
        """Seal what a statement adds; says whether the contacts changed."""


def decide(
    assertions: Iterable[Assertion], workers: Iterable[Worker], seals: Seals, card_numbers: Iterator[int]
) -> Decisions:
    """Decide on new assertions, one after the other. `workers` are those they can mean."""
    batch = _Batch(workers, seals, card_numbers)
    for assertion in assertions:
        batch.decide(assertion)
    return batch.decisions


class _Batch:
    """One batch of assertions: the workers they can mean, and what was decided so far."""

    def __init__(self, workers: Iterable[Worker], seals: Seals, card_numbers: Iterator[int]) -> None:
        self.decisions = Decisions()
        self._seals = seals
        self._card_numbers = card_numbers
        self._by_id = {worker.id: worker for worker in workers}
        self._by_nik = {worker.nik: worker for worker in self._by_id.values()}

    def decide(self, assertion: Assertion) -> None:
        """Accept one assertion with all that follows from it, or refuse it with no effect."""
        source, id = assertion.source, assertion.id
        try:
            worker = self._worker_meant(assertion)
            fact = assertion.fact if worker is None else msgspec.structs.replace(assertion.fact, worker=worker.id)
            if worker is not None:
                check_may_end(worker, fact, assertion)
        except Refusal as why:
            self.decisions.receipts.append(receipt_of_refusal(source, id, why))
            return
        self.decisions.events.append(fact)
        warnings = [*assertion.warnings, *self._follow_up(worker, fact, assertion)]
        self.decisions.accepted.append((assertion, fact))
        about = worker.id if worker else None
        self.decisions.receipts.append(Receipt(source, id, "accepted", worker=about, warnings=warnings))

    def _worker_meant(self, assertion: Assertion) -> Worker | None:
        found: Worker | None = None
        if assertion.nik is not None:
            found = self._by_nik.get(assertion.nik)
        elif assertion.worker is not None:
            found = self._by_id.get(assertion.worker)
        else:
            return None  # a course or a vacancy
        if found is None or (found.spell is None and assertion.statement is None):
            raise unknown_worker(assertion)  # a worker first reported further down in this batch is not known yet
        return found

    def _follow_up(self, worker: Worker | None, fact: Fact, assertion: Assertion) -> Iterator[str]:
        """Do what follows from an accepted fact; gives warnings."""
        if worker is None:
            return
        if isinstance(fact, LayoffReported | JobseekerApplied):
            yield from self._report(worker, fact, assertion)
        elif isinstance(fact, LayoffWithdrawn):
            withdraw(worker, fact, self.decisions)

    def _report(self, worker: Worker, fact: LayoffReported | JobseekerApplied, assertion: Assertion) -> Iterator[str]:
        statement = assertion.statement
        differs = worker.differences(statement) if statement else []
        changed = statement is not None and not differs and self._learn(worker, statement)
        report = report_in(fact, assertion.by.role)
        if worker.spell is not None and worker.spell.covers(report):
            yield LATE
        else:
            register(worker, report, self.decisions, also_changed=changed)
        if differs:
            worker.review, worker.changed = sorted({*worker.review, *differs}), True
            self.decisions.events.append(IdentityQuestioned(worker=worker.id, agency=fact.agency, fields=differs))
            yield from (QUESTIONED.format(each) for each in differs)
        if isinstance(fact, JobseekerApplied) and fact.card:
            yield from self._issue_card(worker, fact)

    def _learn(self, worker: Worker, statement: Statement) -> bool:
        """Add what a statement says to the worker. Says whether the other services must be told."""
        moved = (
            statement.region is not None
            and statement.region != worker.region
            and (statement.stated or worker.region is None)
        )
        if moved:
            worker.region, worker.changed = statement.region, True
        return self._seals.add_statement(worker, statement) or moved

    def _issue_card(self, worker: Worker, fact: JobseekerApplied) -> Iterator[str]:
        if worker.card is not None and cards.covers(worker.card, fact.on):
            yield HAS_A_CARD
            return
        card = JobseekerCardIssued(
            worker=worker.id,
            number=cards.number(worker.region, fact.on, next(self._card_numbers)),
            issued_on=fact.on,
            valid_until=cards.good_until(fact.on),
            agency=fact.agency,
        )
        worker.card = fact.on
        self.decisions.cards.append(card)
        self.decisions.events.append(card)
