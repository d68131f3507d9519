"""Which assertions the desk accepts, and what follows from each: registrations, amendments, cards, questions."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

import msgspec

from services.registration import cards
from services.registration.claims import Report, claim_in
from services.registration.domain import identities, retractions
from services.registration.domain.course_runs import ByCode, Runs
from services.registration.domain.decisions import Decisions, Move, Review
from services.registration.domain.identities import NO_PAIRS, Identities, Pairs
from services.registration.domain.merging import follow
from services.registration.domain.people import People
from services.registration.domain.refusals import (
    NOT_YOURS,
    check_may_end,
    contested,
    not_related,
    other_holds_nik,
    too_many_differ,
)
from services.registration.domain.relations import Relations, may_say
from services.registration.domain.retracting import History, Retracted, is_denied, take_back
from services.registration.domain.spell_changes import (
    add_late,
    contest_claims,
    end_withdrawn,
    register,
    withdraw_claims,
)
from services.registration.identity.sealing import Learned
from services.registration.identity.worker import Questioned, Statement, Worker
from services.registration.posting.assertions import Assertion
from services.registration.posting.days import counts_from
from services.registration.posting.receipts import Receipt, receipt_of_refusal
from shared import clock
from shared.events import (
    BusinessStarted,
    ClaimContested,
    EmploymentEnded,
    Fact,
    FactRetracted,
    HireConfirmed,
    IdentitiesKeptApart,
    IdentitiesMerged,
    IdentityCorrected,
    JobseekerApplied,
    JobseekerCardIssued,
    LayoffReported,
    LayoffWithdrawn,
    MoveAnswered,
    PlacementConfirmed,
    WalkInReported,
    WorkerRecalled,
    chosen_id,
)
from shared.events.vocabulary import Slug
from shared.http.auth import Caller
from shared.refusals import Refusal

HAS_A_CARD = "`card`: this worker's jobseeker's card is still good; no other was issued."
FOR_REVIEW = "Kept for review by the worker's office."
MOST_DIFFERING = 3
"""Reports of one agency about one NIK that may differ in a day; its further ones are refused, matching or not."""
LATE = (
    "`on` is a day before this worker's last registration ended; the report is kept with that one, and opens no other."
)
NOT_CONFIRMED = "It counts once the worker or the worker's office has confirmed it."
NOT_REPLACED = "`replaces` is for the worker's office alone: what your office says was added to what is known."
GRADED = HireConfirmed | WorkerRecalled | BusinessStarted
"""Facts whose worth depends on who says so: an office, or another."""


class Seals(Identities, Protocol):
    """Encrypts what identifies a worker (`identity/sealing.py`)."""

    def contradictions(self, worker: Worker, statement: Statement) -> list[Questioned]:
        """Name what a statement contradicts."""

    def add_statement(self, worker: Worker, statement: Statement, *, fills: bool, replaces: bool) -> Learned:
        """Add what a statement says to what is known."""


@dataclass(slots=True)
class Context:
    """What the desk knows before it decides on a batch.

    `workers` are those whom the batch can mean, `relations` those of the workers about whom something else than a report is
    said. `differed` counts today's reports that differed, and `contacts` names the open reviews of contacts, by worker and
    agency. `pairs` is what a decision stands on whether two workers are one person; it is the last of its batch. A retraction
    is a batch of its own: `retracted` is what is taken back, and `history` what else was said of its worker. `runs` says which courses
    providers' codes mean.
    """

    workers: Sequence[Worker]
    relations: dict[UUID, Relations]
    differed: Counter[tuple[UUID, Slug]]
    contacts: set[tuple[UUID, Slug]]
    pairs: Pairs = NO_PAIRS
    retracted: Retracted | None = None
    history: History = field(default_factory=History)
    runs: Runs = field(default_factory=Runs)


def decide(assertions: Iterable[Assertion], context: Context, seals: Seals, card_numbers: Iterator[int]) -> Decisions:
    """Decide on new assertions, one after the other."""
    batch = _Batch(context, seals, card_numbers)
    for assertion in assertions:
        batch.decide(assertion)
    return batch.decisions


class _Batch:
    """One batch of assertions: the workers they can mean, and what was decided so far."""

    def __init__(self, context: Context, seals: Seals, card_numbers: Iterator[int]) -> None:
        self.decisions = Decisions()
        self._context = context
        self._seals = seals
        self._today = clock.today()
        self._card_numbers = card_numbers
        self._people = People(context.workers)

    def decide(self, assertion: Assertion) -> None:
        """Accept one assertion with all that follows from it, or refuse it with no effect."""
        source, id = assertion.source, assertion.id
        try:
            if isinstance(assertion.fact, FactRetracted):
                self._retract(assertion, assertion.fact)
                return
            if isinstance(assertion.fact, WalkInReported):
                self._keep_walk_in(assertion, assertion.fact)
                return
            named = self._people.named(assertion)
            worker = None if named is None else self._people.meant_by(named)
            envelope = chosen_id(assertion.row)
            if named is None:
                fact = msgspec.structs.replace(assertion.fact, envelope=envelope)
            else:
                fact = msgspec.structs.replace(assertion.fact, worker=named.id, envelope=envelope)
            fact = _graded(fact, assertion.by)
            if isinstance(fact, ByCode):
                relations = None if worker is None else self._relations_of(worker)
                fact = self._context.runs.meant(fact, assertion.by.id, relations)
            if worker is not None:
                self._check(worker, fact, assertion)
                fact = self._people.pair(fact, assertion)
        except Refusal as why:
            if why.kind == NOT_YOURS:
                self.decisions.refused.append((assertion, self._named(assertion)))
            self.decisions.receipts.append(receipt_of_refusal(source, id, why))
            return
        if worker is not None and (differs := self._contradictions(fact, assertion)):
            self._keep_for_review(fact, assertion, differs)
            return
        said = len(self.decisions.events)
        self.decisions.events.append(fact)
        warnings = [*assertion.warnings, *self._follow_up(worker, fact, assertion)]
        if worker is not None and worker.latest_merge is not None:
            follow(self.decisions.events, said, self._people.by_id)
        self.decisions.accepted.append((assertion, fact))
        about = worker.id if worker else None
        self.decisions.receipts.append(Receipt(source, id, "accepted", worker=about, warnings=warnings))

    def _keep_walk_in(self, assertion: Assertion, fact: WalkInReported) -> None:
        """Keep a hire of somebody who was not referred. The receipt is the same whether the person is known or not."""
        self.decisions.accepted.append((assertion, msgspec.structs.replace(fact, worker=assertion.row)))
        self.decisions.unnamed.add(assertion.row)
        self.decisions.walk_ins.append(assertion)
        self.decisions.receipts.append(
            Receipt(assertion.source, assertion.id, "accepted", warnings=[*assertion.warnings, NOT_CONFIRMED])
        )

    def _retract(self, assertion: Assertion, fact: FactRetracted) -> None:
        """Take back what was said, with all that follows. Raises `Refusal`."""
        retracted = self._context.retracted
        named = self._people.by_id.get(retracted.worker) if retracted and retracted.worker else None
        worker = None if named is None else self._people.meant_by(named)
        if retracted is not None and retracted.worker is not None and named is None:
            retracted = None  # the worker was erased
        relations = None if worker is None else self._relations_of(worker)
        denied = (
            worker is not None and retracted is not None and is_denied(worker, retracted.fact, self._context.history)
        )
        retracted = retractions.check(assertion, retracted, relations, self._today, is_denied=denied)
        event = retractions.event_of(retracted, fact)
        self.decisions.accepted.append((assertion, event))
        warnings = [] if retracted.retracted_on is None else [retractions.RETRACTED_BEFORE]
        # it was kept for a review, or is a walk-in: its agency does not know whose it is
        if retracted.fact is None:
            self.decisions.unnamed.add(assertion.row)
        about = worker.id if worker and retracted.fact else None
        self.decisions.receipts.append(
            Receipt(assertion.source, assertion.id, "accepted", worker=about, warnings=warnings)
        )
        if warnings:
            return
        self.decisions.retracted[retracted.row] = fact.agency
        if retracted.fact is None:
            return
        said = len(self.decisions.events)
        self.decisions.events.append(msgspec.structs.replace(event, envelope=chosen_id(assertion.row)))
        if worker is not None:
            take_back(worker, retracted, fact, self._context.history, self._today, self.decisions)
            follow(self.decisions.events, said, self._people.by_id)

    def _named(self, assertion: Assertion) -> UUID | None:
        """Give the id of the worker whom an assertion names, where that is a worker."""
        if self._context.retracted:
            return self._context.retracted.worker
        found = self._people.by_nik.get(assertion.nik) if assertion.nik else None
        return found.id if found else assertion.worker

    def _check(self, worker: Worker, fact: Fact, assertion: Assertion) -> None:
        """Raise `Refusal` where the agency may not say this of the worker."""
        spell = worker.spell
        if isinstance(fact, Report):
            if spell is not None and spell.is_contested_for(fact.agency):
                raise contested(assertion)
            if self._context.differed[fact.key, fact.agency] >= MOST_DIFFERING:
                raise too_many_differ(assertion)
            return
        relations = self._relations_of(worker)
        if spell is None or not may_say(relations, assertion.by, fact, spell.number):
            raise not_related(assertion)
        check_may_end(worker, fact, assertion, by_office=relations.has_office(assertion.by))
        if assertion.other is not None:
            other = self._people.other(assertion)
            if other is None or not self._relations_of(other).has_office(assertion.by):
                raise not_related(assertion, "other")
        if assertion.other_nik is not None and self._people.by_nik.get(assertion.other_nik, worker) is not worker:
            raise other_holds_nik(assertion)

    def _relations_of(self, worker: Worker) -> Relations:
        """Give a worker's relations as they are after what this batch has decided so far."""
        relations = self._context.relations.setdefault(worker.id, Relations(self._today, worker.id))
        relations.region = worker.region
        if worker.spell is not None:
            relations.spells[worker.id, worker.spell.number] = worker.spell
        return relations

    def _contradictions(self, fact: Fact, assertion: Assertion) -> list[Questioned]:
        """Name what a report contradicts of a worker who was known before it.

        Under the NIK of one who was merged it contradicts both workers, or nothing.
        """
        if assertion.statement is None:
            return []
        named = self._people.by_id[fact.key]
        differs = self._seals.contradictions(named, assertion.statement) if named.spell is not None else []
        return self._seals.contradictions(self._people.meant_by(named), assertion.statement) if differs else []

    def _keep_for_review(self, fact: Fact, assertion: Assertion, differs: Sequence[Questioned]) -> None:
        """Keep a report that contradicts what is known: it opens no claim, changes nothing, and waits for the office."""
        self._context.differed[fact.key, fact.agency] += 1
        self.decisions.unnamed.add(assertion.row)
        self.decisions.accepted.append((assertion, fact))
        self.decisions.reviews.append(Review(fact.key, "identity", list(differs), fact.agency, assertion.row))
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
                identities.correct(worker, fact, assertion, self._seals, self.decisions)
                self._people.by_nik[worker.nik] = worker
            case IdentitiesKeptApart():
                other = self._people.by_id[fact.other]
                identities.keep_apart(worker, other, fact, self._context.pairs, self._seals, self.decisions)
            case IdentitiesMerged():
                other = self._people.by_id[fact.other]
                identities.merge(worker, other, fact, self._context.pairs, self._seals, self.decisions)
            case MoveAnswered():
                self.decisions.move_answers.append(msgspec.structs.replace(fact, worker=worker.id))
            case ClaimContested():
                contest_claims(worker, fact, self._today, self.decisions)

    def _withdraw(self, worker: Worker, fact: LayoffWithdrawn, assertion: Assertion) -> None:
        """End the spell by the decision of the worker's office; another agency withdraws its own claim."""
        if self._relations_of(worker).has_office(assertion.by):
            end_withdrawn(worker, fact.agency, fact.reason, fact.on, self._today, self.decisions)
        else:
            withdraw_claims(worker, fact, self._today, self.decisions)

    def _report(self, worker: Worker, fact: Report, assertion: Assertion) -> Iterator[str]:
        statement = assertion.statement
        by_office = assertion.by.is_office_in(worker.region)
        changed = statement is not None and self._learn(worker, statement, assertion, by_office=by_office)
        named = None if fact.worker == worker.id else fact.worker
        application = fact if isinstance(fact, JobseekerApplied) else None
        if application and application.replaces and not by_office:
            yield NOT_REPLACED
        # who is to be asked counts from today: the office is late after as many days as with anybody
        day = counts_from(fact.on, by_office=by_office and bool(fact.wants))
        claim = claim_in(fact, assertion.by.role, day, named, by_office=by_office)
        if worker.spell is not None and worker.spell.covers(claim):
            add_late(worker.spell, claim, self.decisions)
            yield LATE
        else:
            register(worker, claim, self.decisions, also_changed=changed or application is not None)
        if application and application.card:
            yield from self._issue_card(worker, application)

    def _learn(self, worker: Worker, statement: Statement, assertion: Assertion, *, by_office: bool) -> bool:
        """Take in what an agency says of a known worker's region and contacts. Says whether other services must be told.

        The worker's office changes them; the agency whose claim opened the spell fills in what is empty. What differs
        otherwise waits for the office.
        """
        spell = worker.spell
        if spell is None:
            return False  # the worker was made of this statement
        is_first = any(claim.agency == assertion.by.slug and claim.stands for claim in spell.said[:1])
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
        self._review_contacts(statement, learned.differs, assertion)
        return learned.to_tell or moved

    def _review_contacts(self, statement: Statement, differs: list[str], assertion: Assertion) -> None:
        agency, named = assertion.fact.agency, self._people.by_nik[statement.nik].id
        if differs and (named, agency) not in self._context.contacts:
            self._context.contacts.add((named, agency))
            self.decisions.reviews.append(Review(named, "contacts", differs, agency, assertion.row))

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


def _graded(fact: Fact, by: Caller) -> Fact:
    """Note down what a word about work is worth: an office's, or another's."""
    if isinstance(fact, GRADED) and by.role != "office":
        return msgspec.structs.replace(fact, grade="employer-says")
    if isinstance(fact, PlacementConfirmed) and by.role == "office":
        return msgspec.structs.replace(fact, by_office=True)
    if isinstance(fact, EmploymentEnded) and by.role == "employer":
        return msgspec.structs.replace(fact, said_by=by.slug)
    return fact
