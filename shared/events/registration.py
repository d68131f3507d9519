"""What registration says of agencies, and of workers who lose their work. Accepted facts (`facts.py`) come from it too."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.envelope import Event, OrderedEvent
from shared.events.tasks import InterviewTask, ReviewTask, Task
from shared.events.vocabulary import (
    Code,
    CourseFact,
    Employer,
    JobReach,
    LayoffKind,
    MemberName,
    RetractionReason,
    Role,
    Sex,
    Slug,
    Title,
    VacancyFact,
    Vocation,
    Want,
    WithdrawalReason,
    WorkerFact,
)


class AgencyAdmitted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An agency may speak at the front desk. `key_hash` is SHA-256 of its first member's random 256-bit key, in hexadecimal."""

    about: ClassVar[str] = "id"

    id: UUID
    agency: Slug
    name: Title
    role: Role
    key_hash: str
    email: str | None = None
    region: str | None = None
    """Where it acts for workers: a regency's code (`33.06`), a province's (`33`), or None for all of Indonesia."""
    delegates: list[Slug] = []
    """The offices that may enter on its behalf."""


class AgencyRevoked(Event, frozen=True, kw_only=True, omit_defaults=True):
    """No key of an agency is good any longer."""

    about: ClassVar[str] = "id"

    id: UUID
    agency: Slug


class AgencyDelegated(Event, frozen=True, kw_only=True, omit_defaults=True):
    """These offices, and no others, may now enter on an agency's behalf."""

    about: ClassVar[str] = "id"

    id: UUID
    agency: Slug
    delegates: list[Slug]


class MemberAdmitted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A member of an agency (`id`) has a key of its own; `key_hash` is its SHA-256 in hexadecimal."""

    about: ClassVar[str] = "id"

    id: UUID
    agency: Slug
    member: MemberName
    key_hash: str


class MemberRevoked(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The key of one member of an agency (`id`) is no longer good."""

    about: ClassVar[str] = "id"

    id: UUID
    agency: Slug
    member: MemberName


class WorkerRegistered(OrderedEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A worker's spell without work begins. `agency` reported it first; `referred_by` is the union that brought them.

    `wants` says what they came for (empty: nobody has asked them yet), `wishes` the vocations they would learn or work in (none: any). `contact` is sealed
    for notification alone. `position` is the place in line among those of one day, where it is another than this event's own.
    Of the birth date only the year is told, for the rule on work abroad; `card_until` is the last day of a jobseeker's card (AK1)
    that was issued before.
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
    restricted: bool = False
    """Whether nobody may match, mail or read the worker for the time being."""
    position: int | None = None
    birth_year: int | None = None
    sex: Sex | None = None
    card_until: date | None = None
    without_work_since: date | None = None
    """The day of the report, where the worker was registered before: a job that ended by it may be lost."""


class InterviewNeeded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """No report says whether the worker wants training or work: the worker's offices (`concerns`) are to ask the worker.

    `agency` reported the worker. A report with `wants` answers it.
    """

    worker: UUID
    spell: int
    agency: Slug
    concerns: list[Slug] = []


class ApplicationAmended(OrderedEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A later report of the same spell changed what is known; the fields hold what is so now.

    `position` is the place in line among those of one day, where a merge or a split changed it.
    """

    applied_on: date
    region: str | None = None
    reach: JobReach = "province"
    wants: list[Want]
    wishes: list[Vocation] = []
    contact: str | None = None
    restricted: bool = False
    position: int | None = None
    birth_year: int | None = None
    sex: Sex | None = None
    card_until: date | None = None


class RegistrationWithdrawn(OrderedEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The layoff was undone, and the worker's spell ends with it."""

    on: date
    reason: WithdrawalReason
    agency: Slug


class RegistrationReinstated(OrderedEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A spell that had ended by withdrawal goes on: the withdrawal was retracted. The fields hold what is so now.

    With `keeps_place` the worker has the old place in line; otherwise the place is that of `applied_on` and of this event.
    """

    applied_on: date
    region: str | None = None
    reach: JobReach = "province"
    wants: list[Want]
    wishes: list[Vocation] = []
    agency: Slug
    contact: str | None = None
    restricted: bool = False
    keeps_place: bool
    birth_year: int | None = None
    sex: Sex | None = None
    card_until: date | None = None
    without_work_since: date | None = None


class ClaimAdded(OrderedEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Another agency reported the worker in this spell. `concerns` names all whose claims stand."""

    agency: Slug
    kind: LayoffKind | Literal["jobseeker"]
    on: date
    employer: Employer | None = None


class ClaimEnded(OrderedEvent, frozen=True, kw_only=True, omit_defaults=True):
    """An agency's claim no longer stands. `concerns` names all whose claims do; where none does, those whose claims stood last."""

    agency: Slug
    reason: Literal["taken-back", "contested"]
    on: date


class LayoffKindChanged(OrderedEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The reason of the spell is another one now: who was furloughed is laid off, say."""

    agency: Slug
    kind: LayoffKind | Literal["jobseeker"]
    before: LayoffKind | Literal["jobseeker"]
    on: date


class MoveRequested(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An office says that the worker lives in its region now. `concerns` are the worker's present offices.

    The worker belongs to that region from `due_on`, unless a present office denies it, or as soon as one agrees.
    """

    worker: UUID
    agency: Slug
    came_from: str | None = None
    region: str
    due_on: date
    concerns: list[Slug] = []


class MoveDeclined(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The worker's office (`agency`) denies the move that another office (in `concerns`) asked for."""

    worker: UUID
    agency: Slug
    region: str
    concerns: list[Slug] = []


class WorkerMoved(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The worker belongs to another region from now on. `agency` asked for it; `concerns` are the former offices."""

    worker: UUID
    agency: Slug
    came_from: str | None = None
    region: str
    concerns: list[Slug] = []


class WorkerErased(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A worker's personal data was erased, by law. The id, the spells and the counts stay; nothing names the person any more."""

    worker: UUID


class WorkerRestricted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Use of a worker's data is restricted by law, or no longer: it is kept, and nobody matches, mails or reads the worker."""

    worker: UUID
    restricted: bool


class WorkerMerged(OrderedEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The worker and `into` are one person, says their office (`agency`): this id means `into` from now on.

    `spell` is the worker's last. It goes on as `into_spell` where it was open. What was given under this id keeps it. Merges and
    splits have a `number`.
    """

    number: int
    into: UUID
    into_spell: int | None = None
    agency: Slug
    on: date


class WorkerSplit(OrderedEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The worker and `former` are two people after all, says their office (`agency`): this id means its own worker again.

    `spell` is the worker's last, and `former_spell` the one in which it went on; each `is_open` now or is not. Merges and
    splits have a `number`.
    """

    number: int
    former: UUID
    former_spell: int | None = None
    former_is_open: bool = False
    is_open: bool = False
    agency: Slug
    on: date


class WorkerFactRetracted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """`agency` takes back what `said_by` said of a worker: the event `fact`, of the CloudEvents type `retracts`."""

    worker: UUID
    fact: UUID
    retracts: WorkerFact
    said_by: Slug
    said_on: date
    """The day that the fact named."""
    agency: Slug
    entered_by: Slug | None = None
    on: date
    reason: RetractionReason
    course: UUID | None = None
    vacancy: UUID | None = None
    code: Code | None = None


class CourseFactRetracted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A provider (`agency`) takes back what it said of its course: the event `fact`, of the CloudEvents type `retracts`."""

    about: ClassVar[str] = "course"

    course: UUID
    fact: UUID
    retracts: CourseFact
    code: Code
    agency: Slug
    entered_by: Slug | None = None
    on: date
    reason: RetractionReason


class VacancyFactRetracted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An agency takes back what it said of a vacancy: the event `fact`, of the CloudEvents type `retracts`."""

    about: ClassVar[str] = "vacancy"

    vacancy: UUID
    fact: UUID
    retracts: VacancyFact
    code: Code | None = None
    """None where an approval is retracted: an office names another's vacancy by its id."""
    agency: Slug
    entered_by: Slug | None = None
    on: date
    reason: RetractionReason


class JobseekerCardIssued(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A jobseeker's card (AK1), good for two years (Permenaker 39/2016)."""

    worker: UUID
    number: str
    issued_on: date
    valid_until: date
    agency: Slug


class ReviewOpened(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Something about who a worker is waits for the worker's offices (`concerns`), which decide. The values stay at the desk.

    `identity`: `agency` gave another name or birth date for the NIK. `contacts`: it gave other contacts, or another region.
    `same-person`: another worker (`other`) has the same name and birth date, or the same phone.
    """

    worker: UUID
    kind: Literal["identity", "contacts", "same-person"]
    fields: list[str]
    agency: Slug
    other: UUID | None = None
    concerns: list[Slug] = []


class IdentityQuestioned(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An agency gave another name or birth date for a known NIK. `ReviewOpened` says so today."""

    worker: UUID
    agency: Slug
    fields: list[Literal["name", "birth_date"]]


class ReviewDue(ReviewTask, frozen=True, kw_only=True, omit_defaults=True):
    """A review is due: the worker's offices are reminded."""


class ReviewOverdue(ReviewTask, frozen=True, kw_only=True, omit_defaults=True):
    """A review is late: the worker's offices are told."""


class InterviewDue(InterviewTask, frozen=True, kw_only=True, omit_defaults=True):
    """An interview is due: the worker's offices are reminded."""


class InterviewOverdue(InterviewTask, frozen=True, kw_only=True, omit_defaults=True):
    """An interview is late: the worker's offices are told."""


class MoveDue(Task, frozen=True, kw_only=True, omit_defaults=True):
    """A move takes effect on `due` unless the worker's present offices answer, which are reminded of it.

    `agency` says that the worker lives in `region` now.
    """

    worker: UUID
    agency: Slug
    region: str
