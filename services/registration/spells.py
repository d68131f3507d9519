"""A spell is one time without work. Agencies' claims open and amend it; a placement ends it, or the end of the last claim."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal
from uuid import UUID

import msgspec

from shared.events import JobseekerApplied, LayoffReported
from shared.events.vocabulary import Employer, JobReach, LayoffKind, Role, Slug, Vocation, Want

Reason = LayoffKind | Literal["jobseeker"]
REACH_ORDER: Final[tuple[JobReach, ...]] = ("province", "national", "abroad")
CLAIMS_OF_AN_AGENCY: Final = 5
"""A spell keeps an agency's first claim and its latest ones, at most so many."""


class Claim(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one agency reported: a layoff, or an application for training or work. It is the agency's own word.

    `counts_from` is the day that counts for a place in line.
    """

    on: date
    counts_from: date
    reason: Reason
    wants: list[Want]
    wishes: list[Vocation]
    reach: JobReach
    agency: Slug
    referred_by: Slug | None = None
    employer: Employer | None = None
    state: Literal["standing", "withdrawn", "contested"] = "standing"
    ended_on: date | None = None

    @property
    def stands(self) -> bool:
        """Whether it was neither withdrawn nor contested."""
        return self.state == "standing"


@dataclass(slots=True)
class Spell:
    """One spell. `applied_on` is the day that counts for a place in line; `heard_on` is the day the desk heard of the end."""

    worker: UUID
    number: int
    reason: Reason
    applied_on: date
    reach: JobReach
    wants: list[Want]
    wishes: list[Vocation]
    agency: Slug
    referred_by: Slug | None
    concerns: list[Slug]
    state: Literal["open", "withdrawn", "placed"] = "open"
    claims: list[Claim] = field(default_factory=list)
    ended_on: date | None = None
    heard_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether the worker has neither been placed nor been withdrawn."""
        return self.state == "open"

    @property
    def standing(self) -> list[Claim]:
        """The claims that stand, in the order in which the desk heard them."""
        return [claim for claim in self.claims if claim.stands]

    def covers(self, claim: Claim) -> bool:
        """Whether a late claim is about this spell: the spell has ended, on a day after the claim's."""
        return self.ended_on is not None and claim.on < self.ended_on

    def is_contested_for(self, agency: Slug) -> bool:
        """Whether the worker has denied what this agency reported."""
        return any(claim.agency == agency and claim.state == "contested" for claim in self.claims)

    def add(self, claim: Claim) -> None:
        """Add a claim, and unite what it says with what is known. What the worker seeks is only ever added to."""
        self.wants += [want for want in claim.wants if want not in self.wants]
        self.wishes += [wish for wish in claim.wishes if wish not in self.wishes]
        self.reach = max(self.reach, claim.reach, key=REACH_ORDER.index)
        self.applied_on = min(self.applied_on, claim.counts_from)
        self.keep(claim)
        self._judge()

    def keep(self, claim: Claim) -> None:
        """Keep a claim beside the others, with no effect on what the worker seeks."""
        own = [nth for nth, each in enumerate(self.claims) if each.agency == claim.agency]
        if len(own) >= CLAIMS_OF_AN_AGENCY:
            del self.claims[own[1]]
        self.claims.append(claim)

    def end_claims(self, agency: Slug, state: Literal["withdrawn", "contested"], on: date) -> None:
        """End an agency's claims up to a day; where all of them are about a later day, all."""
        own = [claim for claim in self.standing if claim.agency == agency]
        ended = [claim for claim in own if claim.on <= on or state == "contested"] or own
        self.claims = [
            msgspec.structs.replace(claim, state=state, ended_on=on) if claim in ended else claim
            for claim in self.claims
        ]
        if self.standing:
            self._judge()

    def end(self, state: Literal["withdrawn", "placed"], on: date, heard_on: date) -> list[Claim]:
        """End the spell. Gives the standing claims of a later day, oldest first: they belong to the next one.

        The first claim is about this spell, whatever its day: a layoff may have been announced.
        """
        self.state, self.ended_on, self.heard_on = state, on, heard_on
        first = self.claims[0].on if self.claims else on
        later = [claim for claim in self.standing[:] if claim.on > max(on, first) and claim is not self.claims[0]]
        self.claims = [claim for claim in self.claims if claim not in later]
        return sorted(later, key=lambda claim: claim.on)

    def _judge(self) -> None:
        """Derive from the standing claims whom the spell concerns, which union referred the worker, and its reason."""
        standing = self.standing
        self.concerns = list(dict.fromkeys(claim.agency for claim in standing))
        self.referred_by = next((claim.referred_by for claim in standing if claim.referred_by), None)
        layoffs = [claim for claim in standing if claim.reason != "jobseeker"]
        if layoffs:
            self.reason = max(layoffs, key=lambda claim: claim.on).reason  # of one day's, the first that was heard
        elif standing:
            self.reason = "jobseeker"


def opened(worker: UUID, number: int, claim: Claim) -> Spell:
    """Open a spell with its first claim."""
    return Spell(
        worker=worker,
        number=number,
        reason=claim.reason,
        applied_on=claim.counts_from,
        reach=claim.reach,
        wants=list(claim.wants),
        wishes=list(claim.wishes),
        agency=claim.agency,
        referred_by=claim.referred_by,
        concerns=[claim.agency],
        claims=[claim],
    )


def claim_in(fact: LayoffReported | JobseekerApplied, role: Role, counts_from: date) -> Claim:
    """Make a claim of a fact. A union refers the worker whom it reports."""
    return Claim(
        on=fact.on,
        counts_from=counts_from,
        reason=fact.kind if isinstance(fact, LayoffReported) else "jobseeker",
        wants=list(dict.fromkeys(fact.wants)),
        wishes=list(fact.wishes),
        reach=fact.reach,
        agency=fact.agency,
        referred_by=fact.agency if role == "union" else None,
        employer=fact.employer if isinstance(fact, LayoffReported) else None,
    )


def state_name(state: str, wants: list[Want]) -> str:
    """Name the state of a worker's present spell: what the worker seeks, or how the spell ended."""
    if state != "open":
        return state
    return f"seeking-{wants[0]}" if len(wants) == 1 else "seeking-both"
