"""What agencies say at the front desk, as the other services hear it: with the worker's id in the person's place.

Registration publishes each of these once it has accepted it. `agency` is the one that said so. What an agency types at
the desk (a person, its own course code) is described by `services/registration/posting/forms.py`, which is made from these.
"""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

import msgspec
from msgspec import Meta

from shared.events.envelope import Event
from shared.events.vocabulary import (
    Code,
    Count,
    Country,
    CourseEnd,
    CourseReach,
    Decliner,
    Employer,
    Funding,
    Grade,
    GrantKind,
    JobReach,
    LayoffKind,
    Mode,
    PauseReason,
    Region,
    Result,
    RetractionReason,
    Rupiah,
    Slug,
    Title,
    VacancyEnd,
    Venue,
    Vocation,
    Want,
    WithdrawalReason,
)


class Fact(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Something an agency said and the front desk accepted."""

    agency: Slug
    on: date
    """The day it happened, by the agency's own books."""
    entered_by: Slug | None = None
    """The office that entered it on the agency's behalf, by a delegation."""


class LayoffReported(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A worker was laid off (PHK) or furloughed (dirumahkan). Without `wants`, the worker's office asks the worker."""

    worker: UUID
    kind: LayoffKind
    employer: Employer | None = None
    vocation: Vocation | None = None
    wants: list[Want] = []
    wishes: list[Vocation] = []
    reach: JobReach = "province"


class LayoffWithdrawn(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """Mediation or a recall undid a layoff, or it had been reported in error."""

    worker: UUID
    reason: WithdrawalReason


class ClaimContested(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The worker denies what an agency reported: that agency's claim ends, and with it its relation to the worker."""

    worker: UUID
    claimant: Slug


class IdentityCorrected(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The worker's office corrected what is known of a worker. `fields` names what; the values stay at the desk, sealed."""

    worker: UUID
    fields: list[str]


class IdentitiesKeptApart(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """Two workers who look alike are two people, says their office; where they were merged, they are split again."""

    worker: UUID
    other: UUID


class IdentitiesMerged(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """Two workers are one person, says their office: `other` means `worker` from now on."""

    worker: UUID
    other: UUID


class MoveAnswered(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The worker's office says whether the worker has moved, as another office says."""

    worker: UUID
    agreed: bool


class JobseekerApplied(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """Someone came to the office for training, for work or for both; `card` asks for a jobseeker's card (AK1)."""

    worker: UUID
    wants: list[Want]
    wishes: list[Vocation] = []
    reach: JobReach = "province"
    card: bool = False
    replaces: bool = False
    """Whether this alone is what the worker seeks from now on, by the word of the worker's office; otherwise it is added."""


class CourseOffered(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A training package: seats in one vocation, at one place, between two dates. Said again, it amends the first."""

    about: ClassVar[str] = "course"

    course: UUID
    code: Code
    title: Title
    vocation: Vocation
    region: Region | None = None
    reach: CourseReach = "regency"
    mode: Mode = "in-person"
    funding: Funding
    venue: Venue = "centre"
    seats: Count
    starts_on: date
    ends_on: date
    entry_until: date | None = None
    """The last day on which a newcomer may start: the first day, or a tenth of its length later where it is longer than two weeks."""
    run: int = 1
    """Which run of its code the course is, as the desk counts them."""


class CourseCancelled(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A course will not be taught (any further)."""

    about: ClassVar[str] = "course"

    course: UUID
    code: Code
    reason: CourseEnd = "other"


class CoursePaused(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A course stands still for the time being; its participants keep their seats."""

    about: ClassVar[str] = "course"

    course: UUID
    code: Code
    reason: PauseReason = "other"


class CourseResumed(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A paused course goes on, perhaps in another mode (online, say)."""

    about: ClassVar[str] = "course"

    course: UUID
    code: Code
    mode: Mode | None = None


class TrainingResultRecorded(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """One participant graduated, failed or left."""

    worker: UUID
    course: UUID
    code: Code
    result: Result


class AttendanceRecorded(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The list of who came to a course's first day was taken: so many were `present`. Who did not come is said by `NoShowRecorded`."""

    about: ClassVar[str] = "course"

    course: UUID
    code: Code
    present: Annotated[int, Meta(ge=0, le=100_000)]


class NoShowRecorded(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A participant did not come. That is no failure, and no bar to another course."""

    worker: UUID
    course: UUID
    code: Code


class SeatDeclined(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The worker does not take the seat, and keeps the place in line for other courses."""

    worker: UUID
    course: UUID | None = None
    """The course's id; the seat that the worker has now, where nothing is said."""


class VacancyPosted(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """Openings with one employer, in one vocation, at one place. The route is derived from the places, never typed."""

    about: ClassVar[str] = "vacancy"

    vacancy: UUID
    code: Code
    title: Title
    vocation: Vocation
    employer: Employer
    region: Region | None = None
    country: Country = "ID"
    openings: Count
    certificate: bool = False
    """Whether it takes only who is certified in the vocation."""


class VacancyApproved(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """An office says yes to openings of an employer's vacancy, which wait for it beyond the limit."""

    about: ClassVar[str] = "vacancy"

    vacancy: UUID
    openings: Count | None = None
    """How many of the vacancy's openings in all; those that it has now where nothing is said."""


class VacancyClosed(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """No more workers are wanted for a vacancy."""

    about: ClassVar[str] = "vacancy"

    vacancy: UUID
    code: Code
    reason: VacancyEnd = "withdrawn"


class HireConfirmed(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The employer took the worker on; `on` is the first working day."""

    worker: UUID
    vacancy: UUID
    code: Code
    grade: Grade = "confirmed"
    """`employer-says` where no office says so, as the desk knows."""


class WalkInReported(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The employer took on somebody who was not referred; `on` is the first working day.

    It is typed as `HireConfirmed` with the person, and is no placement until the worker or the worker's office confirms it.
    """

    worker: UUID
    employer: Employer
    vocation: Vocation | None = None
    region: Region | None = None
    country: Country = "ID"


class HireDeclined(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A referral came to nothing, by the employer's answer or the worker's."""

    worker: UUID
    vacancy: UUID
    code: Code
    by: Decliner = "employer"


class WorkerRecalled(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The worker is back at the old job."""

    worker: UUID
    employer: Employer | None = None
    grade: Grade = "confirmed"
    """As of a hire."""


class BusinessStarted(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The worker is self-employed (tenaga kerja mandiri)."""

    worker: UUID
    business: Vocation
    grade: Grade = "confirmed"
    """As of a hire."""


class PlacementConfirmed(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The worker works where it was said, and did so `on` that day: three, six and twelve months after the first working day it is a follow-up."""

    worker: UUID
    said_by: Slug | None = None
    """The agency that said it, where several have."""
    by_worker: bool = False
    """Whether the worker said so to the agency."""
    by_office: bool = False
    """Whether the worker's office says so, as the desk knows: it decides what the worker denies."""


class PlacementContested(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The worker denies to work where it was said; the worker's office decides."""

    worker: UUID


class PlacementDenied(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The worker's office decides that the worker was not taken on: the placement is void, as if it had been retracted."""

    worker: UUID
    said_by: Slug | None = None
    """As of a confirmation."""


class EmploymentEnded(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The worker works there no longer, from `on`. Within three months of the first working day the job is lost again."""

    worker: UUID
    said_by: Slug | None = None
    """The agency that said the placement, where several have; who took the worker on says it of its own alone."""


class GrantRecorded(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """Money or goods were granted to the worker by `agency`. It is recorded here; nothing is paid."""

    worker: UUID
    kind: GrantKind
    amount: Rupiah | None = None
    item: Title | None = None


class Said(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """An event that was posted before: by which agency (one's own, unless it is named), under which source and id."""

    agency: Slug | None = None
    source: Annotated[str, Meta(min_length=1, max_length=512)]
    id: Annotated[str, Meta(min_length=1, max_length=512)]


class FactRetracted(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """What was said before is not so. What is so is said anew, under a new id.

    Registration publishes it as `WorkerFactRetracted`, `CourseFactRetracted` or `VacancyFactRetracted`.
    """

    retracts: Said
    reason: RetractionReason
