"""The part of the books that a batch is about, and the moves that everything else is made of: lapse, place, look again.

It is pure: `store.open_casebook` fills it, `spells` and `answers` change it, `referring.settle` writes it back and refers
those who are left looking.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from services.placement.domain import Candidate, Vacancy, route_of
from shared.events import (
    BusinessStarted,
    Event,
    HireConfirmed,
    ReferralLapsed,
    SpellEvent,
    WorkerPlaced,
    WorkerRecalled,
)
from shared.events.vocabulary import Outcome, ReferralEnd, Route


@dataclass(slots=True, kw_only=True)
class Referral:
    """A worker was proposed for an opening; while the referral is open, it holds that opening."""

    id: UUID
    worker: UUID
    spell: int
    vacancy: UUID
    route: Route
    respond_by: date
    state: Literal["open", "hired", "lapsed"] = "open"
    reason: ReferralEnd | None = None


@dataclass(kw_only=True)
class Casebook:
    """Candidates, vacancies and referrals at hand; what is said and changed gathers here."""

    candidates: dict[UUID, Candidate] = field(default_factory=dict)
    vacancies: dict[UUID, Vacancy] = field(default_factory=dict)
    referrals: dict[tuple[UUID, UUID], Referral] = field(default_factory=dict)
    """By worker and vacancy."""
    said: list[Event] = field(default_factory=list)
    placements: list[WorkerPlaced] = field(default_factory=list)
    answered: dict[UUID, Referral] = field(default_factory=dict)
    """The referrals that came to an end."""
    amended: set[UUID] = field(default_factory=set)
    """The vacancies whose own rows are to be written."""
    opened: set[UUID] = field(default_factory=set)
    """The vacancies that may have room which they did not have before."""
    changed: set[UUID] = field(default_factory=set)
    """The workers whose rows are to be written."""
    seeking: set[UUID] = field(default_factory=set)
    """The workers whom a vacancy may fit that did not fit them before."""

    def __post_init__(self) -> None:
        self._open: dict[UUID, Referral] = {}
        self._held: dict[UUID, dict[UUID, Referral]] = {}
        for referral in self.referrals.values():
            if referral.state == "open":
                self._open[referral.worker] = referral
                self._held.setdefault(referral.vacancy, {})[referral.id] = referral

    def in_spell(self, step: SpellEvent, **carried: object) -> Candidate | None:
        """Find the candidate in the spell that a step is about, begun with what it carries; nothing where it is past.

        Topics race: training's word on a spell may come before registration's first.
        """
        candidate = self.candidates.setdefault(step.worker, Candidate(worker=step.worker))
        if step.spell < candidate.spell:
            return None
        if step.spell > candidate.spell:
            self.end_referral(candidate, "new-spell")
            certified, tried = candidate.certified, candidate.tried
            candidate = Candidate(worker=step.worker, spell=step.spell, certified=certified, tried=tried)
            candidate.concerns, candidate.position = list(step.concerns), step.envelope.position
            for name, value in carried.items():
                setattr(candidate, name, value)
            self.candidates[step.worker] = candidate
        self.changed.add(step.worker)
        return candidate

    def look(self, candidate: Candidate) -> None:
        """Let a worker look for work, unless the spell has come further already."""
        if candidate.state == "training-first":
            candidate.state = "looking"
        self.reconsider(candidate)

    def reconsider(self, candidate: Candidate) -> None:
        """Let a worker who looks for work be looked after once this batch is read."""
        self.changed.add(candidate.worker)
        self.seeking.add(candidate.worker)

    def end_referral(self, candidate: Candidate, reason: ReferralEnd) -> None:
        """End the worker's open referral, if there is one."""
        if candidate.worker in self._open:
            self.lapse(self._open[candidate.worker], reason)

    def lapse(self, referral: Referral, reason: ReferralEnd) -> None:
        """End a referral without a hire: its opening is free, and its worker looks again, in the old place in line."""
        candidate, vacancy = self.candidates[referral.worker], self.vacancies[referral.vacancy]
        self._let_go(referral)
        referral.state, referral.reason = "lapsed", reason
        self.opened.add(vacancy.id)
        candidate.state = "looking"
        self.reconsider(candidate)
        self.said.append(
            ReferralLapsed(
                worker=candidate.worker,
                spell=referral.spell,
                concerns=candidate.concerns,
                vacancy=vacancy.id,
                code=vacancy.code,
                agency=vacancy.agency,
                title=vacancy.title,
                reason=reason,
            )
        )

    def take_opening(self, referral: Referral) -> None:
        """Turn a referral into a hire, also one that had lapsed."""
        if referral.state == "open":
            self._let_go(referral)
        referral.state, referral.reason = "hired", None
        self.answered[referral.id] = referral
        self.vacancies[referral.vacancy].hired += 1

    def make_way(self, vacancy: Vacancy) -> None:
        """Close a vacancy that is full; where a late yes took an opening that was held, the last sent there makes way."""
        waiting = self.open_at(vacancy) if vacancy.hired + vacancy.referred > vacancy.openings else []
        while vacancy.hired + vacancy.referred > vacancy.openings:
            self.lapse(waiting.pop(), "vacancy-filled")
        if vacancy.hired == vacancy.openings and vacancy.state == "open":
            vacancy.state = "filled"
            self.amended.add(vacancy.id)

    def place(
        self,
        candidate: Candidate,
        fact: HireConfirmed | WorkerRecalled | BusinessStarted,
        outcome: Outcome,
        vacancy: Vacancy | None = None,
    ) -> None:
        """End a worker's spell: with a hire where there is a vacancy, and otherwise at the old job or in a business."""
        self.end_referral(candidate, "placed")
        candidate.state = "placed"
        self.changed.add(candidate.worker)
        placed = WorkerPlaced(
            worker=candidate.worker,
            spell=candidate.spell,
            concerns=candidate.concerns,
            outcome=outcome,
            on=fact.on,
            agency=fact.agency,
            vacancy=vacancy.id if vacancy else None,
            code=vacancy.code if vacancy else None,
            employer=vacancy.employer if vacancy else getattr(fact, "employer", None),
            region=vacancy.region if vacancy else None,
            country=vacancy.country if vacancy else None,
            route=route_of(candidate.region, vacancy) if vacancy else None,
        )
        self.placements.append(placed)
        self.said.append(placed)

    def open_at(self, vacancy: Vacancy) -> list[Referral]:
        """Give the open referrals to a vacancy, in the order in which they were made."""
        return sorted(self._held.get(vacancy.id, {}).values(), key=lambda referral: referral.id)

    def seekers(self) -> list[Candidate]:
        """Give those who look for work and whom a vacancy may fit that did not fit them before."""
        return [self.candidates[worker] for worker in self.seeking if self.candidates[worker].state == "looking"]

    def newly_open(self) -> list[Vacancy]:
        """Give the vacancies that may have room which they did not have before."""
        return [self.vacancies[id] for id in self.opened]

    def _let_go(self, referral: Referral) -> None:
        self.vacancies[referral.vacancy].referred -= 1
        del self._open[referral.worker]
        del self._held[referral.vacancy][referral.id]
        self.answered[referral.id] = referral


def by_worker_and_vacancy(referrals: Iterable[Referral]) -> dict[tuple[UUID, UUID], Referral]:
    """Key referrals as a casebook does."""
    return {(referral.worker, referral.vacancy): referral for referral in referrals}
