"""The casebook: the candidates, vacancies and referrals that a batch is about, and how each may change.

It is pure. `store.open_casebook` fills it, `spells` and `agency_facts` change it, and `referrals.settle` saves it and
refers those who look for work.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.placement.domain.areas import route_of
from services.placement.domain.entities import Agency, Candidate, Referral, Vacancy
from shared.events import (
    BusinessStarted,
    Event,
    HireConfirmed,
    ReferralLapsed,
    SpellEvent,
    WorkerPlaced,
    WorkerRecalled,
)
from shared.events.vocabulary import Outcome, ReferralEnd


@dataclass(kw_only=True)
class Casebook:
    """What a batch reads, and what it changes and announces."""

    candidates: dict[UUID, Candidate] = field(default_factory=dict)
    vacancies: dict[UUID, Vacancy] = field(default_factory=dict)
    referrals: dict[tuple[UUID, UUID], Referral] = field(default_factory=dict)
    """By worker and vacancy."""
    agencies: dict[str, Agency] = field(default_factory=dict)
    """By slug: those who post or approve vacancies in the batch, and are known."""
    events: list[Event] = field(default_factory=list)
    """What is announced."""
    placements: list[WorkerPlaced] = field(default_factory=list)
    ended: dict[UUID, Referral] = field(default_factory=dict)
    """The referrals that ended, with a hire or without."""
    changed_vacancies: set[UUID] = field(default_factory=set)
    """The vacancies to save."""
    changed_candidates: set[UUID] = field(default_factory=set)
    """The candidates to save."""
    with_new_room: set[UUID] = field(default_factory=set)
    """The vacancies that may have more room than before."""
    to_allot: set[str] = field(default_factory=set)
    """The agencies that may have to offer other openings than before: `allotment` looks which are employers."""
    released: dict[UUID, str | None] = field(default_factory=dict)
    """The vacancies of which openings need no more approval, and the office that gave it."""
    to_match: set[UUID] = field(default_factory=set)
    """The candidates whom a vacancy may fit that did not fit them before."""

    def __post_init__(self) -> None:
        self._waited = {id: vacancy.waiting for id, vacancy in self.vacancies.items()}
        """How many openings of each vacancy waited before."""
        self._open: dict[UUID, Referral] = {}
        """By worker."""
        self._open_to: dict[UUID, dict[UUID, Referral]] = {}
        """By vacancy, then by id."""
        for referral in self.referrals.values():
            if referral.state == "open":
                self._open[referral.worker] = referral
                self._open_to.setdefault(referral.vacancy, {})[referral.id] = referral

    def in_spell(self, event: SpellEvent, **known: object) -> Candidate | None:
        """Find the candidate in the event's spell; None where that spell is past.

        A spell that is new here begins with what is `known` of it. Topics race: training's event of a spell may come
        before registration's first.
        """
        candidate = self.candidates.setdefault(event.worker, Candidate(worker=event.worker))
        if event.spell < candidate.spell:
            return None
        if event.spell > candidate.spell:
            self.end_referral(candidate, "new-spell")
            certified, tried, restricted = candidate.certified, candidate.tried, candidate.restricted
            candidate = Candidate(
                worker=event.worker, spell=event.spell, certified=certified, tried=tried, restricted=restricted
            )
            candidate.concerns, candidate.position = list(event.concerns), event.envelope.position
            for name, value in known.items():
                setattr(candidate, name, value)
            self.candidates[event.worker] = candidate
        self.changed_candidates.add(event.worker)
        return candidate

    def start_looking(self, candidate: Candidate) -> None:
        """Let a candidate look for work who was to be trained first; one who is further than that stays there."""
        if candidate.state == "training-first":
            candidate.state = "looking"
        self.match_again(candidate)

    def match_again(self, candidate: Candidate) -> None:
        """Match a candidate when the batch is settled, if the candidate looks for work by then."""
        self.changed_candidates.add(candidate.worker)
        self.to_match.add(candidate.worker)

    def end_referral(self, candidate: Candidate, reason: ReferralEnd) -> None:
        """Lapse the candidate's open referral, if there is one."""
        if candidate.worker in self._open:
            self.lapse(self._open[candidate.worker], reason)

    def lapse(self, referral: Referral, reason: ReferralEnd) -> None:
        """End a referral without a hire: its opening is free, and its worker looks for work again, with the same rank."""
        candidate, vacancy = self.candidates[referral.worker], self.vacancies[referral.vacancy]
        self._release_opening(referral)
        referral.state, referral.reason = "lapsed", reason
        self.with_new_room.add(vacancy.id)
        self.to_allot.add(vacancy.agency)
        candidate.state = "looking"
        self.match_again(candidate)
        self.events.append(
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
            self._release_opening(referral)
        referral.state, referral.reason = "hired", None
        self.ended[referral.id] = referral
        vacancy = self.vacancies[referral.vacancy]
        vacancy.hired += 1
        self.to_allot.add(vacancy.agency)
        if vacancy.offered < min(vacancy.hired + vacancy.referred, vacancy.openings):
            vacancy.offered += 1  # a late hire takes one that waits, and no referral lapses for it
            self.changed_vacancies.add(vacancy.id)

    def take_up(self, vacancies: Sequence[Vacancy]) -> list[Vacancy]:
        """Add vacancies that were read later; gives each as the casebook has it."""
        for vacancy in vacancies:
            if vacancy.id not in self.vacancies:
                self.vacancies[vacancy.id], self._waited[vacancy.id] = vacancy, vacancy.waiting
        return [self.vacancies[vacancy.id] for vacancy in vacancies]

    def with_more_waiting(self) -> list[Vacancy]:
        """Give the vacancies of which more openings wait than before."""
        return [each for id, each in self.vacancies.items() if each.waiting > self._waited.get(id, 0)]

    def balance_openings(self, vacancy: Vacancy) -> None:
        """Lapse the latest referrals that no opening is left for after a late hire; fill a vacancy whose openings are taken."""
        waiting = self.open_referrals_to(vacancy) if vacancy.hired + vacancy.referred > vacancy.openings else []
        while vacancy.hired + vacancy.referred > vacancy.openings:
            self.lapse(waiting.pop(), "vacancy-filled")
        if vacancy.hired == vacancy.openings and vacancy.state == "open":
            vacancy.state = "filled"
            self.changed_vacancies.add(vacancy.id)

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
        self.changed_candidates.add(candidate.worker)
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
        self.events.append(placed)

    def open_referrals_to(self, vacancy: Vacancy) -> list[Referral]:
        """Give the open referrals to a vacancy, in the order in which they were made."""
        return sorted(self._open_to.get(vacancy.id, {}).values(), key=lambda referral: referral.id)

    def seekers(self) -> list[Candidate]:
        """Give the candidates to match: those of `to_match` who look for work and are not restricted."""
        asked = (self.candidates[worker] for worker in self.to_match)
        return [candidate for candidate in asked if candidate.state == "looking" and not candidate.restricted]

    def vacancies_to_offer(self) -> list[Vacancy]:
        """Give the vacancies that may have more room than before."""
        return [self.vacancies[id] for id in self.with_new_room]

    def _release_opening(self, referral: Referral) -> None:
        self.vacancies[referral.vacancy].referred -= 1
        del self._open[referral.worker]
        del self._open_to[referral.vacancy][referral.id]
        self.ended[referral.id] = referral
