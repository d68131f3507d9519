"""A spell is one time without work. Agencies' claims open and amend it; a placement ends it, or the end of the last claim."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, Self
from uuid import UUID

import msgspec

from services.registration.claims import Claim, ClaimState, Reason
from shared.events.vocabulary import JobReach, Slug, Vocation, Want

REACH_ORDER: Final[tuple[JobReach, ...]] = ("province", "national", "abroad")
TO_BE_ASKED: Final = "to-be-asked"
CLAIMS_OF_AN_AGENCY: Final = 5
"""A spell keeps an agency's first claim of a worker and its latest ones, at most so many."""


@dataclass(slots=True)
class Spell:
    """One spell. `applied_on` is the day that counts for a place in line; `heard_on` is the day the desk heard of the end.

    `agency` is that of the first claim; `concerns` are those whose claims stand, or stood last.

    `wants` is empty while no claim says what the worker wants: the worker is to be asked, and `applied_on` is the day of the report.

    One that is `merged` goes on as a spell of another worker. `placed_on` is set where a placement named this spell: it may
    have ended another worker's, as which it goes on. `withdrawn_on` is set where it was withdrawn, also if it was placed since.
    """

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
    state: Literal["open", "withdrawn", "placed", "merged"] = "open"
    claims: list[Claim] = field(default_factory=list)
    ended_on: date | None = None
    heard_on: date | None = None
    placed_on: date | None = None
    withdrawn_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether the worker has neither been placed nor been withdrawn."""
        return self.state == "open"

    @property
    def may_go_on(self) -> bool:
        """Whether other services are told what changes: it is open, or is again if the placement is retracted."""
        return self.state in ("open", "placed")

    @property
    def standing(self) -> list[Claim]:
        """The claims that stand, in the order in which the desk heard them."""
        return [claim for claim in self.claims if claim.stands]

    @property
    def said(self) -> list[Claim]:
        """The claims that were not retracted, in that order: what the worker seeks is what these say."""
        return [claim for claim in self.claims if claim.state != "retracted"]

    def covers(self, claim: Claim) -> bool:
        """Whether a late claim is about this spell: the spell has ended, on a day after the claim's.

        A spell of which every report was retracted is none.
        """
        return bool(self.said) and self.ended_on is not None and claim.on < self.ended_on

    def is_contested_for(self, agency: Slug) -> bool:
        """Whether the worker has denied what this agency reported."""
        return any(claim.agency == agency and claim.state == "contested" for claim in self.claims)

    def add(self, claim: Claim) -> None:
        """Add a claim. What the worker seeks is added to, or replaced by the word of the worker's office."""
        self._seek(claim)
        self.keep(claim)
        self._judge()

    def keep(self, claim: Claim) -> None:
        """Keep a claim beside the others, with no effect on what the worker seeks."""
        own = [each for each in self.claims if (each.agency, each.named) == (claim.agency, claim.named)]
        if len(own) >= CLAIMS_OF_AN_AGENCY:
            goes = next((each for each in own if each.state == "retracted"), own[1])
            self.claims = [each for each in self.claims if each is not goes]
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

        The first claim that was not retracted is about this spell, whatever its day: a layoff may have been announced.
        """
        self.state, self.ended_on, self.heard_on = state, on, heard_on
        if state == "withdrawn":
            self.withdrawn_on = on
        said = self.said
        begun = max([on, *(claim.on for claim in said[:1])])
        later = [claim for claim in said[1:] if claim.stands and claim.on > begun]
        self.claims = [claim for claim in self.claims if claim not in later]
        return sorted(later, key=lambda claim: claim.on)

    def unite(self, other: Self, on: date, heard_on: date, *, other_first: bool) -> None:
        """Take in the open spell of another worker who is the same person: that one is merged. Claims keep whom they named."""
        theirs = other.hand_over(on, heard_on)
        for claim in theirs:
            self._seek(claim)
        self.claims = [*theirs, *self.claims] if other_first else [*self.claims, *theirs]
        self._judge()

    def hand_over(self, on: date, heard_on: date) -> list[Claim]:
        """Let the spell go on as another worker's. Gives its claims, each of which says whom it named."""
        claims = [msgspec.structs.replace(claim, named=claim.named or self.worker) for claim in self.claims]
        self.claims, self.state, self.ended_on, self.heard_on = [], "merged", on, heard_on
        return claims

    def take_back(self, claims: list[Claim]) -> None:
        """Take back a merged spell's claims, and those that named its worker meanwhile. What the worker seeks is what these say."""
        self.claims = claims
        if self.standing:
            self.unite_claims()

    def part(self, workers: Collection[UUID], own: UUID) -> list[Claim]:
        """Take out the claims that named one of these workers, and give them as claims of one of them, `own`.

        What the worker seeks is what the other claims say.
        """
        parted = [claim for claim in self.claims if claim.named in workers]
        self.claims = [claim for claim in self.claims if claim not in parted]
        if parted and self.standing:
            self.unite_claims()
        return [msgspec.structs.replace(claim, named=None) if claim.named == own else claim for claim in parted]

    def reopen(self) -> None:
        """Let the spell be open again: the worker was not placed in it, or the withdrawal was retracted."""
        self.state, self.ended_on, self.heard_on, self.withdrawn_on = "open", None, None, None

    def withdraw(self, on: date, heard_on: date) -> None:
        """Let the spell be withdrawn, whatever it was before; its claims stay as they are."""
        self.state, self.ended_on, self.heard_on, self.withdrawn_on = "withdrawn", on, heard_on, on

    def change_claims(self, of: Collection[Claim], state: ClaimState, ended_on: date | None) -> None:
        """Let some claims stand, or no longer. What the worker seeks is what the claims say that were not retracted."""
        self.claims = [
            msgspec.structs.replace(claim, state=state, ended_on=ended_on)
            if any(claim is each for each in of)
            else claim
            for claim in self.claims
        ]
        if self.standing:
            self.unite_claims()

    def count_from(self, day: date) -> None:
        """Let the standing claims, and so the place in line, count from a day."""
        self.claims = [
            msgspec.structs.replace(claim, counts_from=day) if claim.stands else claim for claim in self.claims
        ]
        self.applied_on = day

    def unite_claims(self) -> None:
        """Say anew what the worker seeks: what all claims say that were not retracted."""
        first, *others = self.said
        self.wants, self.wishes, self.reach = list(first.wants), list(first.wishes), first.reach
        self.applied_on, self.agency = first.counts_from, first.agency
        for claim in others:
            self._seek(claim)
        self._judge()

    def _seek(self, claim: Claim) -> None:
        """Unite what a claim says the worker seeks with what is known, unless it was retracted.

        The place in line is of the first day that asks for something.
        """
        if claim.state == "retracted":
            return
        if claim.wants and not self.wants:
            self.applied_on = claim.counts_from
        elif not claim.replaces and (claim.wants or not self.wants):
            self.applied_on = min(self.applied_on, claim.counts_from)
        if claim.replaces:
            self.wants, self.wishes, self.reach = list(claim.wants), list(claim.wishes), claim.reach
            return
        self.wants += [want for want in claim.wants if want not in self.wants]
        self.wishes += [wish for wish in claim.wishes if wish not in self.wishes]
        self.reach = max(self.reach, claim.reach, key=REACH_ORDER.index)

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


def state_name(state: str, wants: list[Want]) -> str:
    """Name the state of a worker's present spell: what the worker seeks, or is to be asked, or how the spell ended."""
    if state != "open":
        return state
    if not wants:
        return TO_BE_ASKED
    return f"seeking-{wants[0]}" if len(wants) == 1 else "seeking-both"
