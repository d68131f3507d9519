"""What the four services say: registration, training, placement, notification, each on the topic of its name."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.envelope import Event
from shared.events.vocabulary import (
    Code,
    Employer,
    EnrolmentEnd,
    JobReach,
    LayoffKind,
    Mode,
    Outcome,
    PauseReason,
    ReferralEnd,
    Result,
    Role,
    Route,
    Slug,
    Title,
    Vocation,
    Want,
    WithdrawalReason,
)


class SpellEvent(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened to a worker in one spell without work (counted from 1).

    `concerns` are the agencies that reported or referred the worker, and so are told of each step.
    """

    worker: UUID
    spell: int
    concerns: list[Slug] = []


# ---- registration -------------------------------------------------------------------------------------------------


class AgencyAdmitted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An agency may speak at the front desk. `key_hash` is SHA-256 of its random 256-bit key, in hexadecimal."""

    about: ClassVar[str] = "id"

    id: UUID
    agency: Slug
    name: Title
    role: Role
    key_hash: str
    email: str | None = None


class AgencyRevoked(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An agency's key is no longer good."""

    about: ClassVar[str] = "id"

    id: UUID
    agency: Slug


class WorkerRegistered(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A worker's spell without work begins. `agency` reported it first; `referred_by` is the union that brought them.

    `wants` says what they came for, `wishes` the vocations they would learn or work in (none: any). `contact` is sealed
    for notification alone.
    """

    reason: LayoffKind | Literal["jobseeker"]
    applied_on: date
    region: str | None = None
    reach: JobReach = "province"
    wants: list[Want]
    wishes: list[Vocation] = []
    agency: Slug
    referred_by: Slug | None = None
    contact: str | None = None


class ApplicationAmended(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A later report of the same spell changed what is known; the fields hold what is so now."""

    applied_on: date
    region: str | None = None
    reach: JobReach = "province"
    wants: list[Want]
    wishes: list[Vocation] = []
    contact: str | None = None


class RegistrationWithdrawn(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The layoff was undone, and the worker's spell ends with it."""

    on: date
    reason: WithdrawalReason
    agency: Slug


class JobseekerCardIssued(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A jobseeker's card (AK1), good for two years (Permenaker 39/2016)."""

    worker: UUID
    number: str
    issued_on: date
    valid_until: date
    agency: Slug


class IdentityQuestioned(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An agency gave another name or birth date for a known NIK; an office must look. The values stay at the desk."""

    worker: UUID
    agency: Slug
    fields: list[Literal["name", "birth_date"]]


# ---- training -----------------------------------------------------------------------------------------------------


class WorkerEnrolled(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The worker has a seat. `order` says why it is theirs: "3rd of 16; applied 2021-02-03"."""

    course: UUID
    code: Code
    provider: Slug
    title: Title
    vocation: Vocation
    region: str | None = None
    mode: Mode
    starts_on: date
    ends_on: date
    seat: int
    seats: int
    applied_on: date
    order: str
    from_waiting_list: bool = False


class WorkerWaitlisted(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """No seat fits yet. The place on the list is kept by the day of application."""

    applied_on: date
    wishes: list[Vocation] = []
    reason: Literal["no-free-seat", "course-cancelled"] = "no-free-seat"


class EnrolmentCancelled(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The worker gave the seat back (or the course is off); it goes to the next on the waiting list."""

    course: UUID
    code: Code
    provider: Slug
    title: Title
    reason: EnrolmentEnd


class WaitingEnded(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The worker left the waiting list without a seat."""

    reason: EnrolmentEnd


class ApplicationRefused(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Training has nothing new for the worker: every vocation wished for is one they hold a certificate in."""

    reason: Literal["already-certified"]


class WorkerGraduated(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The worker completed the course; `certificate` is the certificate's number."""

    course: UUID
    code: Code
    provider: Slug
    title: Title
    vocation: Vocation
    certificate: str
    on: date
    region: str | None = None
    reach: JobReach = "province"


class TrainingNotCompleted(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The worker failed or left; the seat is used up."""

    course: UUID
    code: Code
    provider: Slug
    title: Title
    result: Result
    on: date
    region: str | None = None
    reach: JobReach = "province"
    wishes: list[Vocation] = []


class TrainingResultRefused(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A result that cannot be: this worker has no such seat, or the result is known already."""

    worker: UUID
    course: UUID
    code: Code
    agency: Slug
    reason: Literal["never-enrolled", "enrolment-cancelled", "already-recorded"]


class CourseOfferRefused(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An amended offer that cannot be: fewer seats than are taken, or a course that was cancelled."""

    about: ClassVar[str] = "course"

    course: UUID
    code: Code
    agency: Slug
    reason: Literal["seats-taken", "course-cancelled"]


class TrainingPaused(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The worker's course stands still; the seat is kept."""

    course: UUID
    code: Code
    provider: Slug
    title: Title
    reason: PauseReason


class TrainingResumed(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The worker's course goes on, in this mode."""

    course: UUID
    code: Code
    provider: Slug
    title: Title
    mode: Mode


# ---- placement ----------------------------------------------------------------------------------------------------


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


class WorkerPlaced(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The worker works again: hired, recalled to the old job, or self-employed. Only a hire has a route."""

    outcome: Outcome
    on: date
    agency: Slug
    vacancy: UUID | None = None
    code: Code | None = None
    employer: Employer | None = None
    region: str | None = None
    country: str | None = None
    route: Route | None = None


class OutcomeRefused(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A recall or a business that cannot end this worker's spell: it has ended already."""

    worker: UUID
    agency: Slug
    outcome: Outcome
    reason: Literal["already-placed", "withdrawn"]


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


# ---- notification -------------------------------------------------------------------------------------------------


class NotificationDelivered(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A message reached its channel. `subject` is the worker (course, vacancy) it is about; `to` is `worker` or an agency."""

    about: ClassVar[str] = "subject"

    subject: UUID
    message: UUID
    to: str
    event: UUID
    channel: str


class NotificationFailed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A message could not be delivered; someone must tell the receiver in another way."""

    about: ClassVar[str] = "subject"

    subject: UUID
    message: UUID
    to: str
    event: UUID
    channel: str
    reason: str
