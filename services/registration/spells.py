"""A spell is one time without work: a report opens it, later reports amend it, a placement or a withdrawal ends it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal
from uuid import UUID

import msgspec

from shared.events import JobseekerApplied, LayoffReported
from shared.events.vocabulary import JobReach, LayoffKind, Role, Slug, Vocation, Want

Reason = LayoffKind | Literal["jobseeker"]
REACH_ORDER: Final[tuple[JobReach, ...]] = ("province", "national", "abroad")
REPORTS_KEPT = 20
"""A spell keeps its latest reports, at most so many."""


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one agency reported: enough to open a spell with."""

    on: date
    reason: Reason
    wants: list[Want]
    wishes: list[Vocation]
    reach: JobReach
    agency: Slug
    referred_by: Slug | None = None


@dataclass(slots=True)
class Spell:
    """One spell. `reports` came after the first one; one of them may have to open the next spell."""

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
    reports: list[Report] = field(default_factory=list)
    ended_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether the worker has neither been placed nor been withdrawn."""
        return self.state == "open"

    def covers(self, report: Report) -> bool:
        """Whether a late report is about this spell: the spell has ended, on a day after the report's."""
        return self.ended_on is not None and report.on < self.ended_on

    def add(self, report: Report) -> bool:
        """Add a later report to the spell. Says whether that changed what others must know of it."""
        before = (list(self.wants), list(self.wishes), self.reach, list(self.concerns))
        self.wants += [want for want in report.wants if want not in self.wants]
        self.wishes += [wish for wish in report.wishes if wish not in self.wishes]
        self.reach = max(self.reach, report.reach, key=REACH_ORDER.index)
        self.referred_by = self.referred_by or report.referred_by
        if report.agency not in self.concerns:
            self.concerns.append(report.agency)
        self.reports = sorted([*self.reports, report], key=lambda each: each.on)[-REPORTS_KEPT:]
        return before != (self.wants, self.wishes, self.reach, self.concerns)

    def end(self, state: Literal["withdrawn", "placed"], on: date) -> list[Report]:
        """End the spell. Gives the reports of a later day, oldest first: they belong to the next one."""
        self.state, self.ended_on = state, on
        return [report for report in self.reports if report.on > on]


def opened(worker: UUID, number: int, report: Report) -> Spell:
    """Open a spell with its first report."""
    return Spell(
        worker=worker,
        number=number,
        reason=report.reason,
        applied_on=report.on,
        reach=report.reach,
        wants=list(report.wants),
        wishes=list(report.wishes),
        agency=report.agency,
        referred_by=report.referred_by,
        concerns=[report.agency],
    )


def report_in(fact: LayoffReported | JobseekerApplied, role: Role) -> Report:
    """Make a report of a fact. A union refers the worker whom it reports."""
    return Report(
        on=fact.on,
        reason=fact.kind if isinstance(fact, LayoffReported) else "jobseeker",
        wants=list(dict.fromkeys(fact.wants)),
        wishes=list(fact.wishes),
        reach=fact.reach,
        agency=fact.agency,
        referred_by=fact.agency if role == "union" else None,
    )


def state_name(state: str, wants: list[Want]) -> str:
    """Name the state of a worker's present spell: what the worker seeks, or how the spell ended."""
    if state != "open":
        return state
    return f"seeking-{wants[0]}" if len(wants) == 1 else "seeking-both"
