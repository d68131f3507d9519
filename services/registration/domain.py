"""The desk's rules: what follows from what an agency said, given what is known of the worker. Nothing here waits."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from services.registration import cards
from services.registration.mistakes import Place, refused
from services.registration.receipts import Receipt, refusal_of
from services.registration.roles import ANY_WORKER
from services.registration.spells import Report, Spell, opened, report_in
from shared.entrance import Caller
from shared.events import (
    ApplicationAmended,
    BusinessStarted,
    Event,
    Fact,
    IdentityQuestioned,
    JobseekerApplied,
    JobseekerCardIssued,
    LayoffReported,
    LayoffWithdrawn,
    RegistrationWithdrawn,
    WorkerPlaced,
    WorkerRecalled,
    WorkerRegistered,
)
from shared.problems import Refusal

HAS_A_CARD = "`card`: this worker's jobseeker's card is still good; no other was issued."
QUESTIONED = "`person.{}` differs from what is known for this NIK; the first stays, and an office has to look."


@dataclass(frozen=True, slots=True)
class Claim:
    """What an agency says of who somebody is: fingerprints to compare, and the details that will be sealed."""

    nik: bytes
    name: bytes
    birth: bytes | None
    region: str | None
    stated: bool
    details: dict[str, str]


@dataclass(slots=True)
class Worker:
    """What the desk knows of one person; `spell` is the present one, `card` the day of the newest card's issue."""

    id: UUID
    nik: bytes
    name: bytes
    birth: bytes | None
    region: str | None
    sealed: str
    contact: str
    review: list[str] = field(default_factory=list)
    spell: Spell | None = None
    card: date | None = None
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Assertion:
    """What one agency said, readable and within its role. `fact` has no worker yet: `claim`, `nik` or `worker` tells whom."""

    by: Caller
    source: str
    id: str
    fact: Fact
    digest: bytes
    typed: bytes
    place: Place
    claim: Claim | None = None
    nik: bytes | None = None
    worker: UUID | None = None
    warnings: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[UUID, str, str]:
        """What makes an event the same event: the agency, its source, its id."""
        return self.by.id, self.source, self.id


@dataclass(frozen=True, slots=True)
class Heard:
    """An assertion that was accepted before."""

    digest: bytes
    worker: UUID | None


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


def sift(
    assertions: Iterable[Assertion], heard: dict[tuple[UUID, str, str], Heard]
) -> tuple[list[Assertion], dict[int, Receipt]]:
    """Tell what is new from what was heard before. Answers the rest by its place among the assertions.

    The same event twice in one batch is new once; its second receipt is written when the first is known.
    """
    fresh: list[Assertion] = []
    settled: dict[int, Receipt] = {}
    firsts: dict[tuple[UUID, str, str], bytes] = {}
    for place, assertion in enumerate(assertions):
        known = heard.get(assertion.key)
        digest = known.digest if known else firsts.get(assertion.key)
        if digest is not None and digest != assertion.digest:
            settled[place] = refusal_of(assertion.source, assertion.id, _said_otherwise())
        elif known:
            settled[place] = Receipt(assertion.source, assertion.id, "duplicate", worker=known.worker)
        elif digest is None:
            firsts[assertion.key] = assertion.digest
            fresh.append(assertion)
    return fresh, settled


def in_order(
    assertions: Iterable[Assertion], fresh: Iterable[Assertion], judged: Iterable[Receipt], settled: dict[int, Receipt]
) -> list[Receipt]:
    """Put receipts in the order of the assertions. A second copy of an accepted event is a duplicate of the first."""
    first = {assertion.key: receipt for assertion, receipt in zip(fresh, judged, strict=True)}
    seen: set[tuple[UUID, str, str]] = set()
    receipts: list[Receipt] = []
    for place, assertion in enumerate(assertions):
        receipt = settled.get(place) or first[assertion.key]
        if place not in settled and assertion.key in seen and receipt.outcome == "accepted":
            receipt = Receipt(receipt.source, receipt.id, "duplicate", worker=receipt.worker)
        seen.add(assertion.key)
        receipts.append(receipt)
    return receipts


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
        ruling.said.append(_registered(worker, spell))
    elif spell.add(report) or otherwise:
        ruling.said.append(_amended(worker, spell))
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
        if found is None:
            raise _unknown(assertion)
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
        differs = _differences(worker, claim) if claim else []
        changed = claim is not None and not differs and self._learn(worker, claim)
        register(worker, report_in(fact, assertion.by.role), self.ruling, otherwise=changed)
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
        spell.end("withdrawn", fact.on)
        self.ruling.spells[spell.worker, spell.number] = spell
        self.ruling.said.append(
            RegistrationWithdrawn(
                worker=worker.id,
                spell=spell.number,
                concerns=list(spell.concerns),
                on=fact.on,
                reason=fact.reason,
                agency=fact.agency,
            )
        )


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


def _differences(worker: Worker, claim: Claim) -> list[Literal["name", "birth_date"]]:
    differs: list[Literal["name", "birth_date"]] = []
    if claim.name != worker.name:
        differs.append("name")
    if claim.birth is not None and worker.birth is not None and claim.birth != worker.birth:
        differs.append("birth_date")
    return differs


def _registered(worker: Worker, spell: Spell) -> WorkerRegistered:
    return WorkerRegistered(
        worker=worker.id,
        spell=spell.number,
        concerns=list(spell.concerns),
        reason=spell.reason,
        applied_on=spell.applied_on,
        region=worker.region,
        reach=spell.reach,
        wants=list(spell.wants),
        wishes=list(spell.wishes),
        agency=spell.agency,
        referred_by=spell.referred_by,
        contact=worker.contact,
    )


def _amended(worker: Worker, spell: Spell) -> ApplicationAmended:
    return ApplicationAmended(
        worker=worker.id,
        spell=spell.number,
        concerns=list(spell.concerns),
        applied_on=spell.applied_on,
        region=worker.region,
        reach=spell.reach,
        wants=list(spell.wants),
        wishes=list(spell.wishes),
        contact=worker.contact,
    )


def _said_otherwise() -> Refusal:
    return refused(
        "This source and id were used for another content before; give a new event a new id.",
        None,
        kind="conflict",
        status=409,
    )


def _unknown(assertion: Assertion) -> Refusal:
    field = "nik" if assertion.nik else "worker"
    return refused(
        f"No worker with this `{field}` is registered; post LayoffReported or JobseekerApplied first, or mend the `{field}`.",
        assertion.place.at(field),
        kind="unknown-worker",
        status=404,
    )
