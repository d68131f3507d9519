"""Claims: what each agency reported of a worker. It is the agency's own word."""

from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from shared.events import JobseekerApplied, LayoffReported
from shared.events.vocabulary import Employer, JobReach, LayoffKind, Role, Slug, Vocation, Want

Reason = LayoffKind | Literal["jobseeker"]


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
    state: Literal["standing", "withdrawn", "contested"] = "standing"
    ended_on: date | None = None
    named: UUID | None = None

    @property
    def stands(self) -> bool:
        """Whether it was neither withdrawn nor contested."""
        return self.state == "standing"


def claim_in(
    fact: LayoffReported | JobseekerApplied, role: Role, counts_from: date, named: UUID | None = None
) -> Claim:
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
        named=named,
    )
