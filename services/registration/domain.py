"""The desk's rules: what follows from what an agency said, given what is known of the worker. Nothing here waits."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

import msgspec

from services.registration import announcements, cards
from services.registration.identity.people import Claim, Worker
from services.registration.posting.assertions import Assertion
from services.registration.posting.mistakes import refused
from services.registration.posting.receipts import Receipt, refusal_of
from services.registration.posting.roles import ANY_WORKER
from services.registration.spells import Report, Spell, opened, report_in
from shared.events import (
    BusinessStarted,
    Event,
    Fact,
    IdentityQuestioned,
    JobseekerApplied,
    JobseekerCardIssued,
    LayoffReported,
    LayoffWithdrawn,
    WorkerPlaced,
    WorkerRecalled,
)
from shared.refusals import Refusal

HAS_A_CARD = "`card`: this worker's jobseeker's card is still good; no other was issued."
QUESTIONED = "`person.{}` differs from what is known for this NIK; the first stays, and an office has to look."

LATE = (
    "`on` is a day before this worker's last registration ended; the report is kept with that one, and opens no other."
)


class Persons(Protocol):
    """Who can open and close what identifies a worker."""

    def bring_up_to_date(self, worker: Worker, claim: Claim) -> bool:
        """Take over what a claim adds; says whether the contacts changed."""


@dataclass(slots=True)
class Ruling:
    """What the desk decided: receipts in the order of the assertions, what to write down and what to say."""

    receipts: list[Receipt] = field(default_factory=list)
    kept: list[tuple[Assertion, Fact]] = field(default_factory=list)
    spells: dict[tuple[UUID, int], Spell] = field(default_factory=dict)
    cards: list[JobseekerCardIssued] = field(default_factory=list)
    said: list[Event] = field(default_factory=list)


def judge(
    assertions: Iterable[Assertion], workers: Iterable[Worker], persons: Persons, running: Iterator[int]
) -> Ruling:
    """Judge new assertions, one after the other. `workers` are those they can mean; `running` numbers the cards."""
    bench = _Bench(workers, persons, running)
    for assertion in assertions:
        bench.hear(assertion)
    return bench.ruling


def settle(worker: Worker, placed: WorkerPlaced, ruling: Ruling) -> None:
    """End a spell in which placement says the worker works again, and open the next where one was reported meanwhile."""
    spell = worker.spell
    if spell is None or spell.number != placed.spell or spell.state == "placed":
        return
    was_open = spell.is_open
    later = spell.end("placed", placed.on)
    ruling.spells[spell.worker, spell.number] = spell
    for report in later if was_open else ():
        register(worker, report, ruling)


def register(worker: Worker, report: Report, ruling: Ruling, *, otherwise: bool = False) -> None:
    """Open a spell, or add to the open one. `otherwise` says that something else about the worker changed."""
    spell = worker.spell
    if spell is None or not spell.is_open:
        worker.changed = worker.changed or spell is not None  # a new worker's row says already that it is the first
        worker.spell = spell = opened(worker.id, spell.number + 1 if spell else 1, report)
        ruling.said.append(announcements.registered(worker, spell))
    elif spell.add(report) or otherwise:
        ruling.said.append(announcements.amended(worker, spell))
    ruling.spells[spell.worker, spell.number] = spell


class _Bench:
    """The judge's table: the workers in question, and what was decided so far."""

    def __init__(self, workers: Iterable[Worker], persons: Persons, running: Iterator[int]) -> None:
        self.ruling = Ruling()
        self._persons = persons
        self._running = running
        self._by_id = {worker.id: worker for worker in workers}
        self._by_nik = {worker.nik: worker for worker in self._by_id.values()}

    def hear(self, assertion: Assertion) -> None:
        """Judge one assertion: all that follows from it, or a refusal and nothing."""
        said, source, id = self.ruling.said, assertion.source, assertion.id
        try:
            worker = self._meant_by(assertion)
            fact = assertion.fact if worker is None else msgspec.structs.replace(assertion.fact, worker=worker.id)
            if worker is not None:
                _may_end(worker, fact, assertion)
        except Refusal as why:
            self.ruling.receipts.append(refusal_of(source, id, why))
            return
        said.append(fact)
        warnings = [*assertion.warnings, *self._follow(worker, fact, assertion)]
        self.ruling.kept.append((assertion, fact))
        about = worker.id if worker else None
        self.ruling.receipts.append(Receipt(source, id, "accepted", worker=about, warnings=warnings))

    def _meant_by(self, assertion: Assertion) -> Worker | None:
        found: Worker | None = None
        if assertion.nik is not None:
            found = self._by_nik.get(assertion.nik)
        elif assertion.worker is not None:
            found = self._by_id.get(assertion.worker)
        else:
            return None  # a course or a vacancy
        if found is None or (found.spell is None and assertion.claim is None):
            raise _unknown(assertion)  # whoever is first reported further down in this batch is not known yet
        return found

    def _follow(self, worker: Worker | None, fact: Fact, assertion: Assertion) -> Iterator[str]:
        """Do what follows from an accepted fact; gives warnings."""
        if worker is None:
            return
        if isinstance(fact, LayoffReported | JobseekerApplied):
            yield from self._report(worker, fact, assertion)
        elif isinstance(fact, LayoffWithdrawn):
            self._withdraw(worker, fact)

    def _report(self, worker: Worker, fact: LayoffReported | JobseekerApplied, assertion: Assertion) -> Iterator[str]:
        claim = assertion.claim
        differs = worker.differences(claim) if claim else []
        changed = claim is not None and not differs and self._learn(worker, claim)
        report = report_in(fact, assertion.by.role)
        if worker.spell is not None and worker.spell.covers(report):
            yield LATE
        else:
            register(worker, report, self.ruling, otherwise=changed)
        if differs:
            worker.review, worker.changed = sorted({*worker.review, *differs}), True
            self.ruling.said.append(IdentityQuestioned(worker=worker.id, agency=fact.agency, fields=differs))
            yield from (QUESTIONED.format(each) for each in differs)
        if isinstance(fact, JobseekerApplied) and fact.card:
            yield from self._issue_card(worker, fact)

    def _learn(self, worker: Worker, claim: Claim) -> bool:
        """Take over what a claim adds. Says whether others must hear of it."""
        moved = claim.region is not None and claim.region != worker.region and (claim.stated or worker.region is None)
        if moved:
            worker.region, worker.changed = claim.region, True
        return self._persons.bring_up_to_date(worker, claim) or moved

    def _issue_card(self, worker: Worker, fact: JobseekerApplied) -> Iterator[str]:
        if worker.card is not None and cards.covers(worker.card, fact.on):
            yield HAS_A_CARD
            return
        card = JobseekerCardIssued(
            worker=worker.id,
            number=cards.number(worker.region, fact.on, next(self._running)),
            issued_on=fact.on,
            valid_until=cards.good_until(fact.on),
            agency=fact.agency,
        )
        worker.card = fact.on
        self.ruling.cards.append(card)
        self.ruling.said.append(card)

    def _withdraw(self, worker: Worker, fact: LayoffWithdrawn) -> None:
        spell = worker.spell
        if spell is None:
            return
        later = spell.end("withdrawn", fact.on)
        self.ruling.spells[spell.worker, spell.number] = spell
        self.ruling.said.append(announcements.withdrawn(spell, fact))
        for report in later:
            register(worker, report, self.ruling)


def _may_end(worker: Worker, fact: Fact, assertion: Assertion) -> None:
    """Refuse the end of a spell that is over, or that is not this agency's to end."""
    if not isinstance(fact, LayoffWithdrawn | WorkerRecalled | BusinessStarted):
        return
    spell, by = worker.spell, assertion.by
    if spell is None or not spell.is_open:
        raise refused(
            "This worker's registration has ended already; there is nothing to end. Report a new layoff if there was one.",
            assertion.place.at(),
            kind="not-open",
            status=409,
        )
    if by.role != ANY_WORKER and by.slug not in spell.concerns:
        raise refused(
            "Your agency did not report this worker; only those who did, or an office, may say this.",
            assertion.place.at(),
            kind="not-yours",
            status=403,
        )


def _unknown(assertion: Assertion) -> Refusal:
    field = "nik" if assertion.nik else "worker"
    return refused(
        f"No worker with this `{field}` is registered; post LayoffReported or JobseekerApplied first, or mend the `{field}`.",
        assertion.place.at(field),
        kind="unknown-worker",
        status=404,
    )
