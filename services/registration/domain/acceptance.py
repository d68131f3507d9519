"""Which assertions the desk accepts, and what follows from each: registrations, amendments, cards, questions."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import msgspec

from services.registration import announcements, cards
from services.registration.domain.decisions import Decisions, Move, Review, Verdict
from services.registration.domain.refusals import (
    NOT_YOURS,
    check_may_end,
    contested,
    not_related,
    other_holds_nik,
    too_many_differ,
)
from services.registration.domain.relations import Relations, may_say
from services.registration.domain.spell_changes import (
    add_late,
    contest_claims,
    end_withdrawn,
    register,
    withdraw_claims,
)
from services.registration.identity.person import Correction
from services.registration.identity.sealing import Learned
from services.registration.identity.worker import Questioned, Statement, Worker
from services.registration.posting.assertions import Assertion
from services.registration.posting.days import DayLimits
from services.registration.posting.receipts import Receipt, receipt_of_refusal
from services.registration.spells import claim_in
from shared import clock
from shared.events import (
    ClaimContested,
    Fact,
    IdentitiesKeptApart,
    IdentityCorrected,
    JobseekerApplied,
    JobseekerCardIssued,
    LayoffReported,
    LayoffWithdrawn,
    MoveAnswered,
)
from shared.events.vocabulary import Slug
from shared.refusals import Refusal

HAS_A_CARD = "`card`: this worker's jobseeker's card is still good; no other was issued."
FOR_REVIEW = "Kept for review by the worker's office."
MOST_DIFFERING = 3
"""Reports of one agency about one NIK that may differ in a day; its further ones are refused, matching or not."""
LATE = (
    "`on` is a day before this worker's last registration ended; the report is kept with that one, and opens no other."
)
REPORTS = LayoffReported | JobseekerApplied


class Seals(Protocol):
    """Encrypts what identifies a worker (`identity/sealing.py`)."""

    def contradictions(self, worker: Worker, statement: Statement) -> list[Questioned]:
        """Name what a statement contradicts."""

    def add_statement(self, worker: Worker, statement: Statement, *, fills: bool, replaces: bool) -> Learned:
        """Add what a statement says to what is known."""

    def correct(self, worker: Worker, correction: Correction) -> bool:
        """Change what is known."""


@dataclass(slots=True)
class Context:
    """What the desk knows before it decides on a batch.

    `workers` are those whom the batch can mean, `relations` those of the workers about whom something else than a report is
    said. `differed` counts today's reports that differed, and `contacts` names the open reviews of contacts, by worker and
    agency.
    """

    workers: Sequence[Worker]
    relations: dict[UUID, Relations]
    differed: Counter[tuple[UUID, Slug]]
    contacts: set[tuple[UUID, Slug]]


def decide(
    assertions: Iterable[Assertion], context: Context, seals: Seals, days: DayLimits, card_numbers: Iterator[int]
) -> Decisions:
    """Decide on new assertions, one after the other."""
    batch = _Batch(context, seals, days, card_numbers)
    for assertion in assertions:
        batch.decide(assertion)
    return batch.decisions


class _Batch:
    """One batch of assertions: the workers they can mean, and what was decided so far."""

    def __init__(self, context: Context, seals: Seals, days: DayLimits, card_numbers: Iterator[int]) -> None:
        self.decisions = Decisions()
        self._context = context
        self._seals = seals
        self._days = days
        self._today = clock.today()
        self._card_numbers = card_numbers
        self._by_id = {worker.id: worker for worker in context.workers}
        self._by_nik = {worker.nik: worker for worker in context.workers}

    def decide(self, assertion: Assertion) -> None:
        """Accept one assertion with all that follows from it, or refuse it with no effect."""
        source, id = assertion.source, assertion.id
        try:
            worker = self._worker_meant(assertion)
            fact = assertion.fact if worker is None else msgspec.structs.replace(assertion.fact, worker=worker.id)
            if worker is not None:
                self._check(worker, fact, assertion)
        except Refusal as why:
            if why.kind == NOT_YOURS:
                self.decisions.refused.append((assertion, self._named(assertion)))
            self.decisions.receipts.append(receipt_of_refusal(source, id, why))
            return
        if worker is not None and (differs := self._contradictions(worker, assertion)):
            self._keep_for_review(worker, fact, assertion, differs)
            return
        self.decisions.events.append(fact)
        warnings = [*assertion.warnings, *self._follow_up(worker, fact, assertion)]
        self.decisions.accepted.append((assertion, fact))
        about = worker.id if worker else None
        self.decisions.receipts.append(Receipt(source, id, "accepted", worker=about, warnings=warnings))

    def _named(self, assertion: Assertion) -> UUID | None:
        """Give the id of the worker whom an assertion names, where that is a worker."""
        found = self._by_nik.get(assertion.nik) if assertion.nik else None
        return found.id if found else assertion.worker

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
            if self._context.differed[worker.id, fact.agency] >= MOST_DIFFERING:
                raise too_many_differ(assertion)
            return
        relations = self._relations_of(worker)
        if spell is None or not may_say(relations, assertion.by, fact, spell.number):
            raise not_related(assertion)
        check_may_end(worker, fact, assertion, by_office=relations.has_office(assertion.by))
        if assertion.other is not None:
            other = self._by_id.get(assertion.other)
            if other is None or not self._relations_of(other).has_office(assertion.by):
                raise not_related(assertion, "other")
        if assertion.other_nik is not None and self._by_nik.get(assertion.other_nik, worker) is not worker:
            raise other_holds_nik(assertion)

    def _relations_of(self, worker: Worker) -> Relations:
        """Give a worker's relations as they are after what this batch has decided so far."""
        relations = self._context.relations.setdefault(worker.id, Relations(self._today))
        relations.region = worker.region
        if worker.spell is not None:
            relations.spells[worker.spell.number] = worker.spell
        return relations

    def _contradictions(self, worker: Worker, assertion: Assertion) -> list[Questioned]:
        """Name what a report contradicts of a worker who was known before it."""
        if assertion.statement is None or worker.spell is None:
            return []
        return self._seals.contradictions(worker, assertion.statement)

    def _keep_for_review(self, worker: Worker, fact: Fact, assertion: Assertion, differs: Sequence[Questioned]) -> None:
        """Keep a report that contradicts what is known: it opens no claim, changes nothing, and waits for the office."""
        self._context.differed[worker.id, fact.agency] += 1
        self.decisions.for_review.add(assertion.row)
        self.decisions.accepted.append((assertion, fact))
        self.decisions.reviews.append(Review(worker.id, "identity", list(differs), fact.agency, assertion.row))
        self.decisions.receipts.append(Receipt(assertion.source, assertion.id, "accepted", warnings=[FOR_REVIEW]))

    def _follow_up(self, worker: Worker | None, fact: Fact, assertion: Assertion) -> Iterator[str]:
        """Do what follows from an accepted fact; gives warnings."""
        if worker is None:
            return
        match fact:
            case LayoffReported() | JobseekerApplied():
                yield from self._report(worker, fact, assertion)
            case LayoffWithdrawn():
                self._withdraw(worker, fact, assertion)
            case IdentityCorrected():
                self._correct(worker, fact, assertion)
            case IdentitiesKeptApart():
                self.decisions.decided.append(Verdict(worker.id, fact.agency, other=fact.other))
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
        by_office = self._relations_of(worker).has_office(assertion.by)
        changed = statement is not None and self._learn(worker, statement, assertion, by_office=by_office)
        claim = claim_in(fact, assertion.by.role, self._days.counts_from(fact.on, by_office=by_office))
        if worker.spell is not None and worker.spell.covers(claim):
            add_late(worker.spell, claim, self.decisions)
            yield LATE
        else:
            register(worker, claim, self.decisions, also_changed=changed)
        if isinstance(fact, JobseekerApplied) and fact.card:
            yield from self._issue_card(worker, fact)

    def _learn(self, worker: Worker, statement: Statement, assertion: Assertion, *, by_office: bool) -> bool:
        """Take in what an agency says of a known worker's region and contacts. Says whether other services must be told.

        The worker's office changes them; the agency whose claim opened the spell fills in what is empty. What differs
        otherwise waits for the office.
        """
        spell = worker.spell
        if spell is None:
            return False  # the worker was made of this statement
        is_first = spell.claims[0].agency == assertion.by.slug and spell.claims[0].stands
        learned = self._seals.add_statement(worker, statement, fills=is_first, replaces=by_office)
        region = statement.region if statement.stated or worker.region is None else worker.region
        if region in (None, worker.region):
            moved = False
        elif by_office or (is_first and worker.region is None):
            worker.region, worker.changed, moved = region, True, True
        else:
            moved = False
            if assertion.by.is_office_in(region):
                self.decisions.moves.append(Move(worker.id, assertion.by.slug, str(region), worker.region))
            elif worker.region is not None:
                learned.differs.append("region")
        self._review_contacts(worker, learned.differs, assertion)
        return learned.contacts_changed or moved

    def _review_contacts(self, worker: Worker, differs: list[str], assertion: Assertion) -> None:
        agency = assertion.fact.agency
        if differs and (worker.id, agency) not in self._context.contacts:
            self._context.contacts.add((worker.id, agency))
            self.decisions.reviews.append(Review(worker.id, "contacts", differs, agency, assertion.row))

    def _correct(self, worker: Worker, fact: IdentityCorrected, assertion: Assertion) -> None:
        """Change what is known by the word of the worker's office; what agencies contradicted is decided with it."""
        correction = assertion.correction
        if correction is None:
            return
        told = self._seals.correct(worker, correction)
        if correction.region not in (None, worker.region):
            worker.region, worker.changed, told = correction.region, True, True
        self._by_nik[worker.nik] = worker
        if told and worker.spell is not None and worker.spell.is_open:
            self.decisions.events.append(announcements.amended(worker, worker.spell))
        self.decisions.decided.append(Verdict(worker.id, fact.agency))

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
