"""What the events about tasks have in common. A task is something that one agency owes by a day.

`…Due` is said once, when the task falls due (or shortly before, where it ends by itself): it reminds who owes it. `…Overdue` is
said once when it is late: it tells the offices. Each service says its own, in its own module.
"""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.envelope import Event
from shared.events.vocabulary import Code, Employer, Outcome, Slug, Title


class Task(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A task of one agency, or of the offices of one region: open `since` a day, and to be done by `due`.

    `owed_by` are those whose task it is, and `concerns` those who are told.
    """

    since: date
    due: date
    owed_by: list[Slug] = []
    concerns: list[Slug] = []


class ResultTask(Task, frozen=True, kw_only=True, omit_defaults=True):
    """The provider is to say what became of a participant, whose course has ended."""

    worker: UUID
    spell: int
    course: UUID
    code: Code
    provider: Slug
    title: Title
    ends_on: date


class AttendanceTask(Task, frozen=True, kw_only=True, omit_defaults=True):
    """The provider is to say who came to a course, which has begun."""

    about: ClassVar[str] = "course"

    course: UUID
    code: Code
    provider: Slug
    title: Title
    starts_on: date


class AbsenceTask(Task, frozen=True, kw_only=True, omit_defaults=True):
    """The worker's office is to ask a worker who did not come to a course: training still, work, or neither."""

    worker: UUID
    spell: int
    course: UUID
    code: Code
    provider: Slug
    title: Title


class AnswerTask(Task, frozen=True, kw_only=True, omit_defaults=True):
    """The agency of a vacancy is to say whether the worker who was referred to it is hired."""

    worker: UUID
    spell: int
    vacancy: UUID
    code: Code
    agency: Slug
    title: Title
    employer: Employer


class ApprovalTask(Task, frozen=True, kw_only=True, omit_defaults=True):
    """An office is to approve openings of a vacancy, or its agency to do without them."""

    about: ClassVar[str] = "vacancy"

    vacancy: UUID
    code: Code
    agency: Slug
    title: Title
    employer: Employer
    region: str | None = None
    country: str
    openings: int
    waiting: int


class ReviewTask(Task, frozen=True, kw_only=True, omit_defaults=True):
    """The worker's office is to decide who a worker is (`ReviewOpened`)."""

    worker: UUID
    review: UUID
    kind: Literal["identity", "contacts", "same-person"]


class InterviewTask(Task, frozen=True, kw_only=True, omit_defaults=True):
    """The worker's office is to ask a worker what the worker wants (`InterviewNeeded`)."""

    worker: UUID
    spell: int


class PlacementTask(Task, frozen=True, kw_only=True, omit_defaults=True):
    """The worker's office is to say something of a placement: `on` is the first working day, `agency` who said that the worker was placed."""

    worker: UUID
    spell: int
    outcome: Outcome
    on: date
    agency: Slug
    employer: Employer | None = None


class ConfirmationTask(PlacementTask, frozen=True, kw_only=True, omit_defaults=True):
    """The worker's office is to confirm or to deny a placement that the worker denies, or of which the worker cannot be told."""


class FollowUpTask(PlacementTask, frozen=True, kw_only=True, omit_defaults=True):
    """The worker's office is to say whether the worker still works there, three months after the first working day."""
