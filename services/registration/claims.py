"""Claims: what each agency reported of a worker. It is the agency's own word."""

from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from shared.events import ClaimContested, JobseekerApplied, LayoffReported, LayoffWithdrawn
from shared.events.vocabulary import Employer, JobReach, LayoffKind, Role, Slug, Vocation, Want

Reason = LayoffKind | Literal["jobseeker"]
Report = LayoffReported | JobseekerApplied
"""The facts that make a claim."""
Ending = LayoffWithdrawn | ClaimContested
"""The facts that end an agency's claims."""
ClaimState = Literal["standing", "withdrawn", "contested", "retracted"]


class Claim(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one agency reported: a layoff, or an application for training or work. It is the agency's own word.

    `counts_from` is the day that counts for a place in line; `named` the worker whom it named, where that one was merged into
    the spell's worker.
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
    state: ClaimState = "standing"
    ended_on: date | None = None
    named: UUID | None = None
    replaces: bool = False
    """Whether the worker seeks this alone from now on, by the word of the worker's office."""

    @property
    def stands(self) -> bool:
        """Whether it was neither withdrawn nor contested nor retracted."""
        return self.state == "standing"

    def is_of(self, fact: Report, spell_of: UUID) -> bool:
        """Whether it is what a report says; `spell_of` is the worker in whose spell it is."""
        reason = fact.kind if isinstance(fact, LayoffReported) else "jobseeker"
        said = (fact.worker, fact.agency, fact.on, reason, fact.wishes, fact.reach, getattr(fact, "employer", None))
        named = self.named or spell_of
        mine = (named, self.agency, self.on, self.reason, self.wishes, self.reach, self.employer)
        return said == mine and list(dict.fromkeys(fact.wants)) == self.wants


def claim_in(
    fact: Report,
    role: Role,
    counts_from: date,
    named: UUID | None = None,
    *,
    by_office: bool = False,
) -> Claim:
    """Make a claim of a fact, said by the worker's office or not. A union refers the worker whom it reports."""
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
        named=named,
        replaces=by_office and isinstance(fact, JobseekerApplied) and fact.replaces,
    )
