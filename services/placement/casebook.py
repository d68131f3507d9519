"""The casebook: the candidates, vacancies and referrals that a batch is about, and how each may change.

It is pure. `store.open_casebook` fills it, `spells` and `agency_facts` change it, and `referrals.settle` saves it and
refers those who look for work.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from services.placement.domain.abroad import is_known_to_be_too_young, may_work_abroad
from services.placement.domain.entities import Agency, Candidate, Placement, Referral, Vacancy, WalkIn, latest
from shared.events import (
    Event,
    Fact,
    ReferralLapsed,
    SpellEvent,
    WorkerReferred,
)
from shared.events.vocabulary import ReferralEnd
from shared.merges import Merges
from shared.offices import Offices


def referred(candidate: Candidate, vacancy: Vacancy, referral: Referral) -> WorkerReferred:
    """Make the event of a referral that is open."""
    return WorkerReferred(
        worker=referral.worker,
        spell=referral.spell,
        concerns=candidate.concerns,
        vacancy=vacancy.id,
        code=vacancy.code,
        agency=vacancy.agency,
        title=vacancy.title,
        vocation=vacancy.vocation,
        employer=vacancy.employer,
        region=vacancy.region,
        country=vacancy.country,
        route=referral.route,
        respond_by=referral.respond_by,
    )


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
    placements: dict[tuple[UUID, int], Placement] = field(default_factory=dict)
    """By worker and spell: those that are new, and those that were read."""
    placed: list[Placement] = field(default_factory=list)
    """The placements that are new."""
    changed_placements: dict[tuple[UUID, int], Placement] = field(default_factory=dict)
    """The placements of which there is other evidence than before."""
    walk_ins: dict[UUID, WalkIn] = field(default_factory=dict)
    """By id."""
    changed_walk_ins: set[UUID] = field(default_factory=set)
    """The walk-ins to save."""
    void_walk_ins: set[UUID] = field(default_factory=set)
    """The walk-ins that were retracted."""
    offices: Offices | None = None
    """The offices, where some may have to decide."""
    unplaced: list[tuple[UUID, int]] = field(default_factory=list)
    """The placements that are void, by worker and spell."""
    without_effect: list[Fact] = field(default_factory=list)
    """Facts about workers that cannot be, or change nothing: they may count when another is retracted."""
    opened_again: set[UUID] = field(default_factory=set)
    """The vacancies that were filled or closed and are open again: they are saved before their referrals."""
    today: date = date.min
    """The day on which referrals are open again."""
    respond_by: date = date.min
    """The last day for an answer to a referral that is open again today."""
    changed_referrals: dict[UUID, Referral] = field(default_factory=dict)
    """The referrals to save, by id: those that ended, or are open again."""
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
            birth_year=candidate.birth_year,
            sex=candidate.sex,
            card_until=candidate.card_until,
            also_card_until=candidate.also_card_until,
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

    def decertify(self, worker: UUID, vocation: str) -> None:
        """Take a certificate from the id to which it was given, and from whom that means."""
        own = self.candidates.get(worker)
        if own is None:
            return
        own.certified = [each for each in own.certified if each != vocation]
        self.changed_candidates.add(worker)
        candidate = self.holder(worker)
        if candidate is not None and candidate is not own and vocation in candidate.also_certified:
            candidate.also_certified = [*candidate.also_certified]
            candidate.also_certified.remove(vocation)

    def note_card(self, worker: UUID, until: date) -> None:
        """Keep until when a card is good with the id to which it was issued, and match whom that means again."""
        own = self.candidates.setdefault(worker, Candidate(worker=worker))
        own.card_until = latest(own.card_until, until)
        self.changed_candidates.add(worker)
        candidate = self.holder(worker)
        if candidate is not None and candidate is not own:
            candidate.also_card_until = latest(candidate.also_card_until, until)
        self.match_again(candidate or own)

    def end_referrals_of_the_young(self, today: date) -> None:
        """Lapse the open referrals abroad of those of whom it became known that they are not 18 yet."""
        for referral in sorted(self._open.values(), key=lambda each: each.id):
            candidate = self.candidates[self.merges.person(referral.worker)]
            if self.vacancies[referral.vacancy].is_abroad and is_known_to_be_too_young(candidate, today):
                self.lapse(referral, "withdrawn")

    def is_ready_by_another_id(self, candidate: Candidate) -> bool:
        """Whether another id that means the worker says that the worker looks for work in this spell."""
        others = (self.candidates.get(id) for id in self.merges.members(candidate.worker))
        return any(
            each is not None
            and each is not candidate
            and each.is_ready
            and self.meant(each.worker, each.spell) == (candidate.worker, candidate.spell)
            for each in others
        )

    def match_again(self, candidate: Candidate) -> None:
        """Match a candidate when the batch is settled, if the candidate looks for work by then."""
        self.changed_candidates.add(candidate.worker)
        self.to_match.add(candidate.worker)

    def end_referral(self, candidate: Candidate, reason: ReferralEnd, *, fact: UUID | None = None) -> None:
        """Lapse the candidate's open referral, if there is one. `fact` is the event that says so."""
        for referral in self.open_referrals_of(candidate.worker):
            self.lapse(referral, reason, fact=fact)

    def lapse(
        self,
        referral: Referral,
        reason: ReferralEnd,
        *,
        detail: Literal["certificate-revoked"] | None = None,
        fact: UUID | None = None,
    ) -> None:
        """End a referral without a hire: its opening is free, and its worker looks for work again, with the same rank.

        `fact` is the event that says so: when that is retracted, the referral may be open again.
        """
        candidate = self.candidates[self.merges.person(referral.worker)]
        vacancy = self.vacancies[referral.vacancy]
        self._release_opening(referral)
        referral.state, referral.reason, referral.fact = "lapsed", reason, fact
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
                detail=detail,
            )
        )

    def close(self, vacancy: Vacancy) -> None:
        """Close a vacancy; those who were referred to it look for work again. `duties` lapses what is too much for one batch."""
        for referral in self.open_referrals_to(vacancy):
            self.lapse(referral, "vacancy-closed")
        vacancy.state = "closed"
        self.changed_vacancies.add(vacancy.id)
        self.to_allot.add(vacancy.agency)

    def reopen_lost(self, vacancies: Collection[UUID], reason: Literal["vacancy-closed", "vacancy-filled"]) -> None:
        """Open the referrals again that these vacancies lost for this reason, as far as there are openings."""
        lost = [each for each in self.referrals.values() if each.vacancy in vacancies and each.reason == reason]
        for referral in sorted(lost, key=lambda each: each.id):
            self.reopen(referral)

    def reopen_of(self, candidate: Candidate) -> None:
        """Open the latest referral of the candidate's spell again that lapsed when the spell ended, if the opening is free.

        One that is withdrawn by no event had lapsed before: the worker did not fit any longer.
        """
        ids = set(self.merges.members(candidate.worker))
        lapsed = [
            each
            for each in self.referrals.values()
            if each.worker in ids
            and (each.reason == "placed" or (each.reason == "withdrawn" and each.fact is not None))
        ]
        for referral in sorted(lapsed, key=lambda each: each.id, reverse=True):
            if self.reopen(referral):
                return

    def reopen(self, referral: Referral, *, holds_opening: bool = False) -> bool:
        """Open a referral again, if its opening is free and its worker fits and looks for work in that spell. Says whether it is.

        With `holds_opening` the opening was the worker's until now.
        """
        candidate, vacancy = self.holder(referral.worker), self.vacancies.get(referral.vacancy)
        if candidate is None or vacancy is None or not candidate.is_seeking:
            return False
        if (
            not self._is_about(referral, candidate)
            or vacancy.state != "open"
            or not candidate.has_what_is_asked(vacancy)
            or (vacancy.is_abroad and not may_work_abroad(candidate, self.today))
            or not (holds_opening or vacancy.room > 0)
        ):
            return False
        referral.state, referral.reason, referral.fact, referral.lapsed_before = "open", None, None, None
        referral.respond_by = max(referral.respond_by, self.respond_by)
        vacancy.referred += 1
        self._open[referral.worker] = referral
        self._open_to.setdefault(vacancy.id, {})[referral.id] = referral
        self.changed_referrals[referral.id] = referral
        candidate.state = "referred"
        self.changed_candidates.add(candidate.worker)
        self.events.append(referred(candidate, vacancy, referral))
        return True

    def give_up_opening(self, referral: Referral, fact: UUID) -> None:
        """Let a hire be none, as an event says: the referral is as it was before, open or lapsed."""
        held = referral.state == "hired"
        if held:
            self.free_opening(referral)
        self.changed_referrals[referral.id] = referral
        before, referral.lapsed_before = referral.lapsed_before, None
        referral.state, referral.reason = "lapsed", before
        if before is None:
            self.undo_end(referral, fact, otherwise="withdrawn", holds_opening=held)

    def free_opening(self, referral: Referral) -> None:
        """Let an opening that was hired for be free again."""
        vacancy = self.vacancies[referral.vacancy]
        vacancy.hired -= 1
        if vacancy.state == "filled":
            vacancy.state = "open"
        self.changed_vacancies.add(vacancy.id)
        self.opened_again.add(vacancy.id)
        self.with_new_room.add(vacancy.id)
        self.to_allot.add(vacancy.agency)
        self.changed_referrals[referral.id] = referral

    def undo_end(self, referral: Referral, fact: UUID, *, otherwise: ReferralEnd, holds_opening: bool = False) -> None:
        """Open a referral again that ended by what is not so, as the event `fact` says; or say by what else it has ended."""
        if self.reopen(referral, holds_opening=holds_opening):
            return
        also = self._also_ended_by(referral)
        referral.reason, referral.fact = also or otherwise, fact if also else None
        self.changed_referrals[referral.id] = referral

    def take_opening(self, referral: Referral) -> None:
        """Turn a referral into a hire by an employer's answer, also one that had lapsed."""
        if referral.state == "open":
            self._release_opening(referral)
        referral.state, referral.reason, referral.lapsed_before = "hired", None, referral.reason
        self.changed_referrals[referral.id] = referral
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

    def open_referrals_to(self, vacancy: Vacancy) -> list[Referral]:
        """Give the open referrals to a vacancy, in the order in which they were made."""
        return sorted(self._open_to.get(vacancy.id, {}).values(), key=lambda referral: referral.id)

    def seekers(self) -> list[Candidate]:
        """Give the candidates to match: those of `to_match` for whom a vacancy may be found."""
        return [candidate for worker in self.to_match if (candidate := self.candidates[worker]).is_seeking]

    def vacancies_to_offer(self) -> list[Vacancy]:
        """Give the vacancies that may have more room than before."""
        return [self.vacancies[id] for id in self.with_new_room]

    def _is_about(self, referral: Referral, candidate: Candidate) -> bool:
        """Whether a referral, under whichever id, is one of the candidate's present spell."""
        return self.meant(referral.worker, referral.spell) == (candidate.worker, candidate.spell)

    def _also_ended_by(self, referral: Referral) -> ReferralEnd | None:
        """Say what would have ended a referral meanwhile, had it been open."""
        candidate = self.holder(referral.worker)
        if self.vacancies[referral.vacancy].state == "closed":
            return "vacancy-closed"
        if candidate is None or candidate.state not in ("placed", "withdrawn"):
            return None
        return "placed" if candidate.state == "placed" else "withdrawn"

    def _release_opening(self, referral: Referral) -> None:
        self.vacancies[referral.vacancy].referred -= 1
        del self._open[referral.worker]
        del self._open_to[referral.vacancy][referral.id]
        self.changed_referrals[referral.id] = referral
