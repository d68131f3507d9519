"""What training says: seats, the waiting list, results."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.envelope import Event, SpellEvent
from shared.events.tasks import AbsenceTask, AttendanceTask, ResultTask
from shared.events.vocabulary import (
    Code,
    CourseReach,
    EnrolmentEnd,
    JobReach,
    Mode,
    PauseReason,
    Result,
    Slug,
    Title,
    Venue,
    Vocation,
)


class WorkerEnrolled(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The worker has a seat. `order` says why it is theirs: "3rd of 16; applied 2021-02-03"."""

    course: UUID
    code: Code
    provider: Slug
    title: Title
    vocation: Vocation
    region: str | None = None
    reach: CourseReach | None = None
    """From how far the course took workers when the seat was given."""
    mode: Mode
    starts_on: date
    ends_on: date
    seat: int
    seats: int
    applied_on: date
    order: str
    from_waiting_list: bool = False
    again: bool = False
    """Whether the worker had the seat before: what had ended that was retracted."""


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


class SeatGivenUp(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The worker did not come, declined the seat or left early; the next in line has it while newcomers may start."""

    course: UUID
    code: Code
    provider: Slug
    title: Title
    reason: Literal["no-show", "declined", "left-early"]


class CourseChanged(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The worker's course has other days, another place or another mode than before; the seat is kept."""

    course: UUID
    code: Code
    provider: Slug
    title: Title
    region: str | None = None
    venue: Venue
    mode: Mode
    starts_on: date
    ends_on: date


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
    """A result or an absence that cannot be: this worker has no such seat, or a result is known already."""

    worker: UUID
    course: UUID
    code: Code
    agency: Slug
    reason: Literal["never-enrolled", "enrolment-cancelled", "already-recorded"]


class TrainingResultVoided(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A result was retracted. A certificate that was given is revoked; the worker is in training again until the right result is said.

    `still_certified` says that another certificate in the vocation is good.
    """

    course: UUID
    code: Code
    provider: Slug
    title: Title
    vocation: Vocation
    result: Result
    certificate: str | None = None
    still_certified: bool = False


class CourseOfferRefused(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An amended offer that cannot be: fewer seats than are taken, another vocation once somebody has sat there, or a course that was cancelled."""

    about: ClassVar[str] = "course"

    course: UUID
    code: Code
    agency: Slug
    reason: Literal["seats-taken", "course-cancelled"]
    detail: Literal["vocation-stays"] | None = None
    """What `reason` cannot say: once somebody has sat in it, a course keeps its vocation."""


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


class ResultDue(ResultTask, frozen=True, kw_only=True, omit_defaults=True):
    """A participant's result is due: the provider is reminded."""


class ResultOverdue(ResultTask, frozen=True, kw_only=True, omit_defaults=True):
    """A participant's result is late: the worker's offices (`concerns`) are told."""


class AbsenceDue(AbsenceTask, frozen=True, kw_only=True, omit_defaults=True):
    """A worker who did not come to a course is to be asked: the worker's offices (`concerns`) are reminded."""


class AbsenceOverdue(AbsenceTask, frozen=True, kw_only=True, omit_defaults=True):
    """The offices are late in asking a worker who did not come to a course."""


class AttendanceDue(AttendanceTask, frozen=True, kw_only=True, omit_defaults=True):
    """The list of who came to a course is due: the provider is reminded."""


class AttendanceOverdue(AttendanceTask, frozen=True, kw_only=True, omit_defaults=True):
    """The list of who came to a course is late: the offices where the course is are told."""
