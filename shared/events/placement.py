"""What placement says: referrals, placements, and answers that cannot be."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.envelope import Event, SpellEvent
from shared.events.tasks import AnswerTask, ApprovalTask, ConfirmationTask, FollowUpTask
from shared.events.vocabulary import Code, Employer, Grade, Outcome, ReferralEnd, Route, Slug, Title, Vocation


class WorkerReferred(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The worker is proposed for an opening; `agency` posted it and answers by `respond_by`."""

    vacancy: UUID
    code: Code
    agency: Slug
    title: Title
    vocation: Vocation
    employer: Employer
    region: str | None = None
    country: str
    route: Route
    respond_by: date


class ReferralLapsed(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A referral came to nothing; the worker is looked after further."""

    vacancy: UUID
    code: Code
    agency: Slug
    title: Title
    reason: ReferralEnd
    detail: Literal["certificate-revoked"] | None = None
    """What `reason` cannot say."""


class WorkerPlaced(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The worker works again: hired, recalled to the old job, or self-employed. Only a hire has a route.

    By the word of an employer alone (`grade`), a seat in a course stays the worker's until it is confirmed.
    """

    outcome: Outcome
    on: date
    agency: Slug
    vacancy: UUID | None = None
    code: Code | None = None
    employer: Employer | None = None
    region: str | None = None
    country: str | None = None
    route: Route | None = None
    grade: Grade = "confirmed"


class _OfPlacement(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Something about a placement that was announced by `WorkerPlaced`: `on` is the first working day, `agency` who said so."""

    outcome: Outcome
    on: date
    agency: Slug
    vacancy: UUID | None = None
    code: Code | None = None
    employer: Employer | None = None


class PlacementGraded(_OfPlacement, frozen=True, kw_only=True, omit_defaults=True):
    """There is other evidence of a placement than before. `by` is the agency that confirmed it last; none where nobody objected in time."""

    grade: Grade
    by: Slug | None = None


class PlacementDisputed(_OfPlacement, frozen=True, kw_only=True, omit_defaults=True):
    """The worker denies a placement, as `by` says: the worker's office decides."""

    by: Slug


class PlacementEnded(_OfPlacement, frozen=True, kw_only=True, omit_defaults=True):
    """The worker works there no longer, from `ended_on`; `lost` within three months: the opening of a hire is free again."""

    ended_on: date
    lost: bool = False


class PlacementResumed(_OfPlacement, frozen=True, kw_only=True, omit_defaults=True):
    """What had ended a placement was taken back: the worker works there still."""


class PlacementVoided(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A hire, a recall or a business was retracted: the worker was not placed in this spell, and it goes on."""

    outcome: Outcome
    on: date
    agency: Slug
    vacancy: UUID | None = None
    code: Code | None = None


class OutcomeRefused(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A recall or a business that cannot end this worker's spell: it has ended already."""

    worker: UUID
    agency: Slug
    outcome: Outcome
    reason: Literal["already-placed", "withdrawn"]


class EvidenceRefused(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What was said of a placement cannot be: the worker is not placed."""

    worker: UUID
    agency: Slug
    reason: Literal["not-placed"]


class HireRefused(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An answer that cannot be: the vacancy is full, or the worker is placed already, or was never referred."""

    worker: UUID
    vacancy: UUID
    code: Code
    agency: Slug
    reason: Literal["no-opening-left", "already-placed", "never-referred"]


class VacancyPostRefused(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An amended vacancy that cannot be: fewer openings than are taken, or a vacancy that was closed."""

    about: ClassVar[str] = "vacancy"

    vacancy: UUID
    code: Code
    agency: Slug
    reason: Literal["openings-taken", "vacancy-closed"]


class VacancyApprovalNeeded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Openings of an employer's vacancy wait: beyond the limit it needs an office's approval.

    `concerns` are offices that may give it.
    """

    about: ClassVar[str] = "vacancy"

    vacancy: UUID
    code: Code
    agency: Slug
    title: Title
    vocation: Vocation
    employer: Employer
    region: str | None = None
    country: str
    openings: int
    waiting: int
    concerns: list[Slug] = []


class OpeningsReleased(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Openings of a vacancy need no more approval: an office gave it, or the agency is none that needs it.

    `openings` is how many are approved in all, and `waiting` how many still wait. `concerns` are offices that could have
    given the approval.
    """

    about: ClassVar[str] = "vacancy"

    vacancy: UUID
    code: Code
    agency: Slug
    title: Title
    approved_by: Slug | None = None
    openings: int
    waiting: int = 0
    concerns: list[Slug] = []


class VacancyApprovalRefused(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An approval that cannot be. `not-yours`: there is no such vacancy, or the office does not act where it is."""

    about: ClassVar[str] = "vacancy"

    vacancy: UUID
    agency: Slug
    reason: Literal["not-yours", "vacancy-closed"]


class AnswerDue(AnswerTask, frozen=True, kw_only=True, omit_defaults=True):
    """An answer to a referral is due soon: the agency of the vacancy is reminded before the referral lapses."""


class AnswerOverdue(AnswerTask, frozen=True, kw_only=True, omit_defaults=True):
    """No answer came to a referral, which has lapsed: the worker's offices (`concerns`) are told."""


class ApprovalDue(ApprovalTask, frozen=True, kw_only=True, omit_defaults=True):
    """Openings wait for an approval that is due: the nearest offices that may give it are reminded."""


class ApprovalOverdue(ApprovalTask, frozen=True, kw_only=True, omit_defaults=True):
    """Openings wait for an approval that is late: the offices where the vacancy is are told."""


class ConfirmationDue(ConfirmationTask, frozen=True, kw_only=True, omit_defaults=True):
    """A placement is to be confirmed or denied: the worker's offices are reminded."""


class ConfirmationOverdue(ConfirmationTask, frozen=True, kw_only=True, omit_defaults=True):
    """A placement was not confirmed or denied in time: the worker's offices are told."""


class FollowUpDue(FollowUpTask, frozen=True, kw_only=True, omit_defaults=True):
    """Whether the worker still works there is to be said: the worker's offices are reminded."""


class FollowUpOverdue(FollowUpTask, frozen=True, kw_only=True, omit_defaults=True):
    """Nobody said in time whether the worker still works there: the worker's offices are told."""
