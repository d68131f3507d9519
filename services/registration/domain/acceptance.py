"""Which assertions the desk accepts, and what follows from each: registrations, amendments, cards, questions."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol
from uuid import UUID

import msgspec

from services.registration import cards
from services.registration.domain.decisions import Decisions, Move
from services.registration.domain.refusals import check_may_end, contested, not_related
from services.registration.domain.relations import Relations, may_say
from services.registration.domain.spell_changes import (
    add_late,
    contest_claims,
    end_withdrawn,
    register,
    withdraw_claims,
)
from services.registration.identity.sealing import Learned
from services.registration.identity.worker import Statement, Worker
from services.registration.posting.assertions import Assertion
from services.registration.posting.days import DayLimits
from services.registration.posting.receipts import Receipt, receipt_of_refusal
from services.registration.spells import Spell, claim_in
from shared import clock
from shared.events import (
    ClaimContested,
    Fact,
    IdentityQuestioned,
    JobseekerApplied,
    JobseekerCardIssued,
    LayoffReported,
    LayoffWithdrawn,
    MoveAnswered,
)
from shared.refusals import Refusal
from shared.regions import covers

HAS_A_CARD = "`card`: this worker's jobseeker's card is still good; no other was issued."
QUESTIONED = "`person.{}` differs from what is known for this NIK; the first stays, and an office has to look."
LATE = (
    "`on` is a day before this worker's last registration ended; the report is kept with that one, and opens no other."
)
REPORTS = LayoffReported | JobseekerApplied


class Seals(Protocol):
    """Encrypts what identifies a worker (`identity/sealing.py`)."""

    def add_statement(self, worker: Worker, statement: Statement, *, replace: bool) -> Learned:
        """Seal what a statement adds, or replaces."""

    def differences(self, worker: Worker, statement: Statement) -> tuple[str, ...]:
        """Name the contacts in which a statement differs from what is known."""


def decide(
    assertions: Iterable[Assertion],
    workers: Iterable[Worker],
    relations: Mapping[UUID, Relations],
    seals: Seals,
    days: DayLimits,
    card_numbers: Iterator[int],
) -> Decisions:
    """Decide on new assertions, one after the other.

    `workers` are those they can mean; `relations` are those of the workers about whom something else than a report is said.
    """
    batch = _Batch(workers, relations, seals, days, card_numbers)
    for assertion in assertions:
        batch.decide(assertion)
    return batch.decisions


class _Batch:
    """One batch of assertions: the workers they can mean, and what was decided so far."""

    def __init__(
        self,
        workers: Iterable[Worker],
        relations: Mapping[UUID, Relations],
        seals: Seals,
        days: DayLimits,
        card_numbers: Iterator[int],
    ) -> None:
        self.decisions = Decisions()
        self._seals = seals
        self._days = days
        self._today = clock.today()
        self._card_numbers = card_numbers
        self._by_id = {worker.id: worker for worker in workers}
        self._by_nik = {worker.nik: worker for worker in self._by_id.values()}
        self._relations = dict(relations)

    def decide(self, assertion: Assertion) -> None:
        """Accept one assertion with all that follows from it, or refuse it with no effect."""
        source, id = assertion.source, assertion.id
        try:
            worker = self._worker_meant(assertion)
            fact = assertion.fact if worker is None else msgspec.structs.replace(assertion.fact, worker=worker.id)
            if worker is not None:
                self._check(worker, fact, assertion)
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
            raise not_related(assertion)  # a worker first reported further down in this batch is not known yet
        return found

    def _check(self, worker: Worker, fact: Fact, assertion: Assertion) -> None:
        """Raise `Refusal` where the agency may not say this of the worker."""
        spell = worker.spell
        if isinstance(fact, REPORTS):
            if spell is not None and spell.is_contested_for(fact.agency):
                raise contested(assertion)
            return
        relations = self._relations_of(worker)
        if spell is None or not may_say(relations, assertion.by, fact, spell.number):
            raise not_related(assertion)
        check_may_end(worker, fact, assertion, by_office=relations.has_office(assertion.by))

    def _relations_of(self, worker: Worker) -> Relations:
        """Give a worker's relations as they are after what this batch has decided so far."""
        relations = self._relations.setdefault(worker.id, Relations(self._today))
        relations.region = worker.region
        if worker.spell is not None:
            relations.spells[worker.spell.number] = worker.spell
        return relations

    def _follow_up(self, worker: Worker | None, fact: Fact, assertion: Assertion) -> Iterator[str]:
        """Do what follows from an accepted fact; gives warnings."""
        if worker is None:
            return
        match fact:
            case LayoffReported() | JobseekerApplied():
                yield from self._report(worker, fact, assertion)
            case LayoffWithdrawn():
                self._withdraw(worker, fact, assertion)
            case MoveAnswered():
                self.decisions.move_answers.append(fact)
            case ClaimContested():
                contest_claims(worker, fact, self._today, self.decisions)

    def _withdraw(self, worker: Worker, fact: LayoffWithdrawn, assertion: Assertion) -> None:
        """End the spell by the decision of the worker's office; another agency withdraws its own claim."""
        if self._relations_of(worker).has_office(assertion.by):
            end_withdrawn(worker, fact.agency, fact.reason, fact.on, self._today, self.decisions)
        else:
            withdraw_claims(worker, fact, self._today, self.decisions)

    def _report(self, worker: Worker, fact: LayoffReported | JobseekerApplied, assertion: Assertion) -> Iterator[str]:
        statement = assertion.statement
        differs = worker.differences(statement) if statement else []
        by_office = self._relations_of(worker).has_office(assertion.by)
        changed = (
            statement is not None and not differs and self._learn(worker, statement, assertion, by_office=by_office)
        )
        claim = claim_in(fact, assertion.by.role, self._days.counts_from(fact.on, by_office=by_office))
        if worker.spell is not None and worker.spell.covers(claim):
            add_late(worker.spell, claim, self.decisions)
            yield LATE
        else:
            register(worker, claim, self.decisions, also_changed=changed)
        if differs:
            worker.review, worker.changed = sorted({*worker.review, *differs}), True
            self.decisions.events.append(IdentityQuestioned(worker=worker.id, agency=fact.agency, fields=differs))
            yield from (QUESTIONED.format(each) for each in differs)
        if isinstance(fact, JobseekerApplied) and fact.card:
            yield from self._issue_card(worker, fact)

    def _learn(self, worker: Worker, statement: Statement, assertion: Assertion, *, by_office: bool) -> bool:
        """Take in what an agency says of a known worker's region and contacts. Says whether other services must be told.

        The worker's office changes them; the agency whose claim opened the spell fills in what is empty; nobody else does.
        """
        spell = worker.spell
        if spell is None:
            return False  # the worker was made of this statement
        moved = self._move(worker, statement, assertion, by_office=by_office)
        if by_office or self._is_first(spell, assertion):
            return self._seals.add_statement(worker, statement, replace=by_office).contacts_changed or moved
        return moved

    def _move(self, worker: Worker, statement: Statement, assertion: Assertion, *, by_office: bool) -> bool:
        """Change the region by the word of the worker's office; another office that acts there asks for the worker."""
        region = statement.region
        if region is None or region == worker.region or not (statement.stated or worker.region is None):
            return False
        spell = worker.spell
        if by_office or (worker.region is None and spell is not None and self._is_first(spell, assertion)):
            worker.region, worker.changed = region, True
            return True
        if assertion.by.role == "office" and covers(assertion.by.region, region):
            self.decisions.moves.append(Move(worker.id, assertion.by.slug, region, worker.region))
        return False

    def _is_first(self, spell: Spell, assertion: Assertion) -> bool:
        """Whether the claim that opened the spell is this agency's, and stands."""
        return spell.claims[0].agency == assertion.by.slug and spell.claims[0].stands

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
