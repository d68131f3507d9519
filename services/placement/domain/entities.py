"""A candidate, a vacancy, a referral of the one to the other, and the agencies that post and approve vacancies."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from services.placement.domain.evidence import Evidence, ended_on, grade_of, is_contested, is_lost
from shared.events.vocabulary import Grade, JobReach, Outcome, ReferralEnd, Role, Route, Sex

ANY_VOCATION = ""
"""Stands where a vocation would, for a candidate who takes any work."""
INDONESIA = "ID"


def latest(*days: date | None) -> date | None:
    """Give the last of these days; None where no day is known."""
    return max((day for day in days if day is not None), default=None)


@dataclass(slots=True, kw_only=True)
class Candidate:
    """A worker in the present spell without work. `since` is the day from which the worker looks for work.

    It is `applied_on` of one who `wants_work`; for any other it is `trained_on`, the day on which training had nothing more for
    the worker (`trained`), or `applied_on` where training had nothing new. One that is `merged` means another worker, who is
    the candidate. What is known of this id counts for that one: the certificates (`also_certified`), the card
    (`also_card_until`) and the rank (`also_since`, `also_position`).
    """

    worker: UUID
    spell: int = 0
    state: Literal["to-be-asked", "training-first", "looking", "referred", "placed", "withdrawn"] = "training-first"
    region: str | None = None
    reach: JobReach = "province"
    wishes: list[str] = field(default_factory=list)
    certified: list[str] = field(default_factory=list)
    concerns: list[str] = field(default_factory=list)
    since: date | None = None
    position: int = 0
    """Registration's journal position: the order of arrival at the desk."""
    applied_on: date | None = None
    wants_work: bool = False
    unasked: bool = False
    """Whether no report says what the worker wants."""
    trained: bool = False
    trained_on: date | None = None
    is_over: bool = False
    """Whether the registration of this spell was withdrawn, also if the worker was placed."""
    restricted: bool = False
    """Whether the worker is referred to nobody for the time being."""
    merged: bool = False
    also_certified: list[str] = field(default_factory=list)
    also_since: date | None = None
    also_position: int | None = None
    birth_year: int | None = None
    sex: Sex | None = None
    card_until: date | None = None
    """The last day of the jobseeker's card (AK1)."""
    also_card_until: date | None = None
    tried: set[UUID] = field(default_factory=set)
    """The vacancies that the worker was ever referred to."""

    @property
    def is_ready(self) -> bool:
        """Whether the worker looks for work, unless placed or withdrawn: for work alone, or since training has nothing more."""
        return self.wants_work or self.trained

    @property
    def before_looking(self) -> Literal["to-be-asked", "training-first"]:
        """What the worker is who does not look for work yet."""
        return "to-be-asked" if self.unasked else "training-first"

    @property
    def looks_later(self) -> bool:
        """Whether the worker looks for work only after training, or is yet to be asked."""
        return self.state in ("to-be-asked", "training-first")

    @property
    def is_seeking(self) -> bool:
        """Whether a vacancy may be found for the candidate now."""
        return self.state == "looking" and not self.restricted and not self.merged

    def judge(self) -> None:
        """Say anew since when the worker looks for work, and whether one who is not further does."""
        self.since = self.applied_on if self.wants_work or self.trained_on is None else self.trained_on
        if self.looks_later or self.state == "looking":
            self.state = "looking" if self.is_ready else self.before_looking

    @property
    def certificates(self) -> set[str]:
        """The vocations that the candidate is certified in, under whichever id."""
        return {*self.certified, *self.also_certified}

    @property
    def card_is_good_until(self) -> date | None:
        """The last day on which the candidate has a card, under whichever id."""
        return latest(self.card_until, self.also_card_until)

    def has_what_is_asked(self, vacancy: "Vacancy") -> bool:
        """Whether the candidate is certified in a vacancy's vocation, or need not be."""
        return not vacancy.certificate or vacancy.vocation in self.certificates

    @property
    def vocations(self) -> list[str]:
        """What the candidate would work in."""
        return sorted({*self.wishes, *self.certificates}) or [ANY_VOCATION]

    @property
    def place(self) -> tuple[date | None, int]:
        """From when the candidate looks for work, and the order of arrival: the earliest of all ids that mean the worker."""
        if self.also_since is None or self.also_position is None:
            return self.since, self.position
        return min((self.since or date.max, self.position), (self.also_since, self.also_position))


@dataclass(slots=True, kw_only=True)
class Vacancy:
    """Openings with one employer; `hired` of them are taken and `referred` are held by open referrals.

    `offered` of them are open to candidates, with those that are taken or held; the others wait. An office `approved` so
    many in all: the first of them, as those that are hired for are the first.
    """

    id: UUID
    code: str
    agency: str
    title: str
    vocation: str
    employer: str
    region: str | None = None
    country: str = INDONESIA
    certificate: bool = False
    """Whether it takes only who is certified in its vocation."""
    posted_on: date
    openings: int
    offered: int
    approved: int = 0
    hired: int = 0
    referred: int = 0
    state: Literal["open", "filled", "closed"] = "open"
    void: bool = False
    """Whether every posting of it was retracted: one that is said anew opens it again."""
    calling: bool = False
    """Some openings are held back: a vacancy calls a limited number of candidates in one transaction."""

    @property
    def is_abroad(self) -> bool:
        """Whether it is in another country: an antar negara (AKAN) placement."""
        return self.country != INDONESIA

    @property
    def room(self) -> int:
        """How many more candidates can be referred here."""
        return self.offered - self.hired - self.referred if self.state == "open" else 0

    @property
    def waiting(self) -> int:
        """How many openings wait for approval."""
        return self.openings - self.offered if self.state == "open" else 0

    @property
    def unapproved(self) -> int:
        """How many unfilled openings are on offer without approval."""
        return max(self.offered - max(self.hired, self.approved), 0) if self.state == "open" else 0

    @property
    def firm(self) -> int:
        """How many openings stay on offer whatever the limit: those that are approved, taken or held."""
        return max(min(self.approved, self.openings), self.hired + self.referred)


@dataclass(slots=True, kw_only=True)
class Referral:
    """A worker was proposed for an opening; while the referral is open, it holds that opening."""

    id: UUID
    worker: UUID
    spell: int
    vacancy: UUID
    route: Route
    respond_by: date
    state: Literal["open", "hired", "lapsed", "ended"] = "open"
    """`ended`: the worker was hired, and lost the job again within three months."""
    reason: ReferralEnd | None = None
    lapsed_before: ReferralEnd | None = None
    """Why it had lapsed before the hire, where it had."""
    fact: UUID | None = None
    """The event that ended it, or had ended it before a late hire: a decline, a withdrawal."""


@dataclass(slots=True, kw_only=True)
class Placement:
    """A worker works again, by the event `fact`; `said` is the event by which placement announced it.

    `at_first` is the grade by who said so, `unopposed` whether the worker did not object in time, and `evidence` what was said of it
    since. `grade`, `contested`, `ended_on` and `lost` follow from these (`domain/evidence.py`).
    """

    worker: UUID
    spell: int
    outcome: Outcome
    placed_on: date
    agency: str
    vacancy: UUID | None = None
    employer: str | None = None
    region: str | None = None
    country: str | None = None
    route: Route | None = None
    fact: UUID | None = None
    said: UUID | None = None
    heard_on: date | None = None
    told_on: date | None = None
    """The day on which a message about it left for the worker."""
    grade: Grade = "confirmed"
    at_first: Grade = "confirmed"
    unopposed: bool = False
    contested: bool = False
    ended_on: date | None = None
    lost: bool = False
    """Whether the job was lost again within three months."""
    freed: bool = False
    """Whether the opening of a hire is free again."""
    evidence: list[Evidence] = field(default_factory=list)

    def judge(self) -> None:
        """Say anew what follows from the evidence."""
        self.contested, self.ended_on = is_contested(self.evidence), ended_on(self.evidence)
        self.lost = is_lost(self.placed_on, self.ended_on)
        self.grade = grade_of(self.placed_on, self.evidence, self.at_first, unopposed=self.unopposed)


@dataclass(slots=True, kw_only=True)
class WalkIn:
    """An agency says to have taken on a worker who was not referred; `id` is the event that says so.

    It is a placement once the worker or the worker's office has confirmed it.
    """

    id: UUID
    worker: UUID
    agency: str
    placed_on: date
    heard_on: date
    employer: str
    vocation: str | None = None
    region: str | None = None
    country: str = INDONESIA
    state: Literal["reported", "confirmed", "denied"] = "reported"

    @property
    def is_abroad(self) -> bool:
        """Whether it is in another country."""
        return self.country != INDONESIA


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """An agency as placement knows it. `region` is where it acts for workers; None is all of Indonesia."""

    slug: str
    role: Role
    region: str | None = None
