"""The casebook: the candidates, vacancies and referrals that a batch is about, and how each may change.

It is pure. `store.open_casebook` fills it, `spells` and `agency_facts` change it, and `referrals.settle` saves it and
refers those who look for work.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
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
from shared.merges import Merges


@dataclass(kw_only=True)
class Casebook:
    """What a batch reads, and what it changes and announces."""

    merges: Merges = field(default_factory=Merges)
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
        self.candidates.setdefault(event.worker, Candidate(worker=event.worker))
        worker, spell = self.meant(event.worker, event.spell)
        candidate = self.candidates.setdefault(worker, Candidate(worker=worker))
        if spell is None or spell < candidate.spell:
            return None
        if spell > candidate.spell:
            known = {"concerns": list(event.concerns), "position": event.envelope.position, **known}
            candidate = self.begin_spell(candidate, spell, **known)
        self.changed_candidates.add(worker)
        return candidate

    def begin_spell(self, candidate: Candidate, spell: int, **known: object) -> Candidate:
        """Let a candidate's next spell begin; it ends what is open of the one before."""
        for referral in self.open_referrals_of(candidate.worker):
            if self.meant(referral.worker, referral.spell) != (candidate.worker, spell):
                self.lapse(referral, "new-spell")
        begun = Candidate(
            worker=candidate.worker,
            spell=spell,
            certified=candidate.certified,
            also_certified=candidate.also_certified,
            tried=candidate.tried,
            restricted=candidate.restricted,
        )
        for name, value in known.items():
            setattr(begun, name, value)
        self.candidates[candidate.worker] = begun
        return begun

    def meant(self, worker: UUID, spell: int) -> tuple[UUID, int | None]:
        """Give whom an id means, and the spell as which its spell goes on there; None where it goes on as none."""
        merged = self.merges.get(worker)
        if merged is None:
            return worker, spell
        return merged.person, merged.person_spell if spell == merged.spell else None

    def holder(self, worker: UUID) -> Candidate | None:
        """Give the candidate whom an id means, if that one is known."""
        return self.candidates.get(self.merges.person(worker))

    def referral_of(self, worker: UUID, vacancy: UUID) -> Referral | None:
        """Give the referral of a worker to a vacancy, under whichever id: the open one, or else the one that was made last."""
        found = (self.referrals.get((id, vacancy)) for id in self.merges.members(self.merges.person(worker)))
        made = [referral for referral in found if referral is not None]
        return max(made, key=lambda referral: (referral.state == "open", referral.id), default=None)

    def open_referrals_of(self, worker: UUID) -> list[Referral]:
        """Give the open referrals under every id that means this worker, in the order in which they were made."""
        found = [self._open[id] for id in self.merges.members(worker) if id in self._open]
        return sorted(found, key=lambda referral: referral.id)

    def certify(self, worker: UUID, vocation: str) -> None:
        """Keep a certificate with the id to which it was given, and match whom that means again."""
        own = self.candidates[worker]
        own.certified = sorted({*own.certified, vocation})
        self.changed_candidates.add(worker)
        candidate = self.holder(worker)
        if candidate is not None and candidate is not own:
            candidate.also_certified = [*candidate.also_certified, vocation]
        self.match_again(candidate or own)

    def note_down_done(self, event: SpellEvent, since: date | None) -> None:
        """Note down with an id that means another worker that its own training is done: a split will ask for it."""
        own = self.candidates[event.worker]
        if own.merged and own.spell == event.spell and own.state == "training-first":
            own.state, own.since = "looking", since or own.since
            self.changed_candidates.add(own.worker)

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
        for referral in self.open_referrals_of(candidate.worker):
            self.lapse(referral, reason)

    def lapse(self, referral: Referral, reason: ReferralEnd) -> None:
        """End a referral without a hire: its opening is free, and its worker looks for work again, with the same rank."""
        candidate = self.candidates[self.merges.person(referral.worker)]
        vacancy = self.vacancies[referral.vacancy]
        self._release_opening(referral)
        referral.state, referral.reason = "lapsed", reason
        self.with_new_room.add(vacancy.id)
        self.to_allot.add(vacancy.agency)
        if candidate.state == "referred" and self._is_about(referral, candidate):
            candidate.state = "looking"
        self.match_again(candidate)
        self.events.append(
            ReferralLapsed(
                worker=referral.worker,
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
        *,
        named: UUID,
    ) -> None:
        """End a worker's spell: with a hire where there is a vacancy, and otherwise at the old job or in a business.

        It is said of the id that was `named`, if the spell is that one's too.
        """
        self.end_referral(candidate, "placed")
        merged = self.merges.get(named)
        worker, spell = candidate.worker, candidate.spell
        if merged is not None and merged.person_spell == spell:
            worker, spell = named, merged.spell
        for each in (candidate, self.candidates[worker]):
            each.state = "placed"
            self.changed_candidates.add(each.worker)
        placed = WorkerPlaced(
            worker=worker,
            spell=spell,
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

    def _is_about(self, referral: Referral, candidate: Candidate) -> bool:
        """Whether a referral, under whichever id, is one of the candidate's present spell."""
        return self.meant(referral.worker, referral.spell) == (candidate.worker, candidate.spell)

    def _release_opening(self, referral: Referral) -> None:
        self.vacancies[referral.vacancy].referred -= 1
        del self._open[referral.worker]
        del self._open_to[referral.vacancy][referral.id]
        self.ended[referral.id] = referral
