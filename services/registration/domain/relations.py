"""Relations: why an agency may know of a worker. They come from claims and from what training and placement say.

A statement about a worker is no relation: an agency that names a NIK may know nothing of whoever bears it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal
from uuid import UUID

from services.registration.spells import Spell
from shared.events import (
    BusinessStarted,
    EmploymentEnded,
    EnrolmentCancelled,
    Event,
    Fact,
    GrantRecorded,
    HireConfirmed,
    HireDeclined,
    LayoffWithdrawn,
    NoShowRecorded,
    PlacementConfirmed,
    PlacementContested,
    PlacementVoided,
    ReferralLapsed,
    SeatDeclined,
    SeatGivenUp,
    TrainingResultRecorded,
    WorkerEnrolled,
    WorkerPlaced,
    WorkerRecalled,
    WorkerReferred,
)
from shared.events.vocabulary import OUTCOMES, Slug
from shared.http.auth import Caller
from shared.regions import covers

KEPT_FOR: Final = timedelta(days=365)
"""How long a claim, a seat or a hire gives a relation after the spell has ended."""
TIES: Final = (
    WorkerEnrolled,
    EnrolmentCancelled,
    SeatGivenUp,
    WorkerReferred,
    ReferralLapsed,
    WorkerPlaced,
    PlacementVoided,
)
"""The events of training and placement that begin or end a relation."""

Thing = tuple[UUID, UUID]
"""The worker's id under which something was given, and the course or the vacancy."""
Reading = Literal["everything", "own steps and the state", "own steps"]
"""What an agency may read of a worker's journey."""


@dataclass(slots=True)
class Seat:
    """A seat that a provider's course has or had for the worker."""

    provider: Slug
    spell: int
    is_held: bool
    left_for_work: bool = False
    """Whether the worker gave it back for work: a result of a day before that counts."""


@dataclass(slots=True)
class Referral:
    """The worker was proposed for an agency's vacancy."""

    agency: Slug
    spell: int
    state: Literal["open", "lapsed", "hired"]


@dataclass(slots=True)
class Relations:
    """One worker's relations: the region; the spells, the seats, the referrals and the placements under every id that means the worker.

    `goes_on` says which spell of the worker a merged one goes on as, by id and number.
    """

    today: date
    worker: UUID
    region: str | None = None
    restricted: bool = False
    """Whether nobody but the worker's office may read what is kept."""
    spells: dict[tuple[UUID, int], Spell] = field(default_factory=dict)
    seats: dict[Thing, Seat] = field(default_factory=dict)
    referrals: dict[Thing, Referral] = field(default_factory=dict)
    placements: dict[tuple[UUID, int], WorkerPlaced] = field(default_factory=dict)
    goes_on: dict[tuple[UUID, int], int] = field(default_factory=dict)

    def hear(self, events: Iterable[Event]) -> None:
        """Take in what training and placement said of the worker, in the order in which they said it."""
        for event in events:
            match event:
                case WorkerEnrolled():
                    self.seats[event.worker, event.course] = Seat(event.provider, event.spell, is_held=True)
                case EnrolmentCancelled() | SeatGivenUp():
                    for_work = event.reason in OUTCOMES
                    given_back = Seat(event.provider, event.spell, is_held=False, left_for_work=for_work)
                    self.seats[event.worker, event.course] = given_back
                case WorkerReferred():
                    self.referrals[event.worker, event.vacancy] = Referral(event.agency, event.spell, "open")
                case PlacementVoided():
                    self.placements.pop((event.worker, event.spell), None)
                    if event.vacancy is not None:
                        self.referrals[event.worker, event.vacancy] = Referral(event.agency, event.spell, "lapsed")
                case ReferralLapsed():
                    self.referrals[event.worker, event.vacancy] = Referral(event.agency, event.spell, "lapsed")
                case WorkerPlaced():
                    self.placements[event.worker, event.spell] = event
                    if event.vacancy is not None:
                        self.referrals[event.worker, event.vacancy] = Referral(event.agency, event.spell, "hired")

    @property
    def present(self) -> Spell | None:
        """The worker's present spell, or the last one."""
        own = [spell for (worker, _), spell in self.spells.items() if worker == self.worker]
        return max(own, key=lambda spell: spell.number, default=None)

    def goes_on_as(self, worker: UUID, number: int | None) -> int | None:
        """Give the number of the worker's spell that one of an id's is or goes on as; None where there is none."""
        return number if number is None or worker == self.worker else self.goes_on.get((worker, number))

    def has_office(self, agency: Caller) -> bool:
        """Whether the agency is an office that acts where the worker lives."""
        return agency.is_office_in(self.region)

    def has_insurer(self, agency: Caller) -> bool:
        """Whether the agency is a social insurance that acts where the worker lives."""
        return agency.role == "social-insurance" and covers(agency.region, self.region)

    def has_claimant(self, agency: Caller, spell: int | None = None) -> bool:
        """Whether a claim of the agency stands, in one spell or in any that is not long over."""
        return any(
            claim.agency == agency.slug and claim.stands
            for (worker, number), each in self.spells.items()
            if (spell is None and self._is_recent(worker, number)) or (worker, number) == (self.worker, spell)
            for claim in each.claims
        )

    def has_provider(self, agency: Caller, course: UUID | None = None, *, or_had: bool = False) -> bool:
        """Whether the worker holds or used a seat of the agency, on one course or on any; or also had it and left for work."""
        return any(
            seat.provider == agency.slug
            and (seat.is_held or (or_had and seat.left_for_work))
            and self._is_recent(worker, seat.spell)
            for (worker, id), seat in self.seats.items()
            if course in (None, id)
        )

    def has_employer(self, agency: Caller) -> bool:
        """Whether the worker is referred to a vacancy of the agency, or was hired there by a referral."""
        return any(
            referral.agency == agency.slug and referral.state != "lapsed" and self._is_recent(worker, referral.spell)
            for (worker, _), referral in self.referrals.items()
        )

    def has_hired(self, agency: Caller) -> bool:
        """Whether the agency took the worker on for the latest job, with a referral or without one."""
        latest = max(self.placements.values(), key=lambda each: (each.on, each.spell), default=None)
        return latest is not None and latest.outcome == "hired" and latest.agency == agency.slug

    def may_reach(self, agency: Caller) -> bool:
        """Whether the agency may know name and phone: it is the provider of the seat, or the referral to it is open."""
        if self.restricted:
            return False
        return self.has_provider(agency) or any(
            referral.agency == agency.slug and referral.state == "open" for referral in self.referrals.values()
        )

    def was_referred(self, agency: Caller, vacancy: UUID) -> bool:
        """Whether the worker was ever referred to this vacancy of the agency: a late answer counts."""
        return any(id == vacancy and each.agency == agency.slug for (_, id), each in self.referrals.items())

    def reading_of(self, agency: Caller) -> Reading | None:
        """Say what the agency may read of the worker's journey."""
        if self.has_office(agency):
            return "everything"
        if self.restricted:
            return None
        if self.has_claimant(agency) or self.has_provider(agency) or self.has_employer(agency):
            return "own steps and the state"
        return "own steps" if self.has_insurer(agency) else None

    def _is_recent(self, worker: UUID, number: int) -> bool:
        if (worker, number) in self.goes_on:
            worker, number = self.worker, self.goes_on[worker, number]
        spell = self.spells.get((worker, number))
        if spell is None or spell.is_open:
            return True  # training and placement may name a spell before this one knows it
        ended = spell.heard_on or spell.ended_on
        return ended is None or ended >= self.today - KEPT_FOR


def may_say(relations: Relations, agency: Caller, fact: Fact, spell: int) -> bool:
    """Whether the agency's relation to the worker, in the present spell, allows this fact. Reports ask for none.

    The worker's office may say all but what is a provider's or an employer's own.
    """
    match fact:
        case TrainingResultRecorded() | NoShowRecorded():
            return relations.has_provider(agency, fact.course, or_had=isinstance(fact, TrainingResultRecorded))
        case HireConfirmed() | HireDeclined():
            return relations.was_referred(agency, fact.vacancy)
    return relations.has_office(agency) or _may_say_beside_the_office(relations, agency, fact, spell)


def _may_say_beside_the_office(relations: Relations, agency: Caller, fact: Fact, spell: int) -> bool:
    match fact:
        case LayoffWithdrawn() | WorkerRecalled() | BusinessStarted():
            may = relations.has_claimant(agency, spell)
        case SeatDeclined():
            may = relations.has_provider(agency, fact.course)
        case PlacementConfirmed():
            may = relations.has_insurer(agency)
        case PlacementContested():
            may = relations.has_claimant(agency, spell) or relations.has_provider(agency)
        case EmploymentEnded():
            may = relations.has_insurer(agency) or relations.has_hired(agency)
        case GrantRecorded():
            may = relations.has_insurer(agency) or relations.has_claimant(agency) or relations.has_provider(agency)
        case _:
            may = False
    return may
