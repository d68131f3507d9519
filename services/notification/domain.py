"""Who is told of what, once each. Pure rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid5

import msgspec

from shared.events import (
    EVENTS,
    AbsenceDue,
    AbsenceOverdue,
    AnswerDue,
    AnswerOverdue,
    ApplicationAmended,
    ApplicationRefused,
    ApprovalDue,
    ApprovalOverdue,
    AttendanceDue,
    AttendanceOverdue,
    ClaimAdded,
    ClaimEnded,
    ConfirmationDue,
    ConfirmationOverdue,
    CourseChanged,
    CourseFactRetracted,
    CourseOfferRefused,
    EnrolmentCancelled,
    Event,
    EvidenceRefused,
    FollowUpDue,
    FollowUpOverdue,
    GrantRecorded,
    HireRefused,
    IdentityQuestioned,
    InterviewDue,
    InterviewNeeded,
    InterviewOverdue,
    JobseekerCardIssued,
    LayoffKindChanged,
    MoveDeclined,
    MoveDue,
    MoveRequested,
    OpeningsReleased,
    OutcomeRefused,
    PlacementDisputed,
    PlacementEnded,
    PlacementGraded,
    PlacementResumed,
    PlacementVoided,
    ReferralLapsed,
    RegistrationReinstated,
    RegistrationWithdrawn,
    ResultDue,
    ResultOverdue,
    ReviewDue,
    ReviewOpened,
    ReviewOverdue,
    SeatGivenUp,
    TrainingNotCompleted,
    TrainingPaused,
    TrainingResultRefused,
    TrainingResultVoided,
    TrainingResumed,
    VacancyApprovalNeeded,
    VacancyApprovalRefused,
    VacancyFactRetracted,
    VacancyPostRefused,
    WaitingEnded,
    WalkInReported,
    WorkerEnrolled,
    WorkerFactRetracted,
    WorkerGraduated,
    WorkerMerged,
    WorkerMoved,
    WorkerPlaced,
    WorkerReferred,
    WorkerRegistered,
    WorkerSplit,
    WorkerWaitlisted,
    type_of,
)
from shared.events.envelope import PERSONAL

MAILBOX: Final = "mailbox"
"""The mailbox that `GET /messages` reads: its messages are delivered when they are kept."""

WORKER: Final = "worker"
"""The worker's name as a receiver; every other receiver is an agency's slug."""

TOLD_TO_ALL: Final[tuple[type[Event], ...]] = (
    # registration
    WorkerRegistered,
    ApplicationAmended,
    ClaimAdded,
    ClaimEnded,
    LayoffKindChanged,
    RegistrationWithdrawn,
    RegistrationReinstated,
    WorkerFactRetracted,
    MoveRequested,
    MoveDeclined,
    WorkerMoved,
    WorkerMerged,
    WorkerSplit,
    JobseekerCardIssued,
    GrantRecorded,
    # training
    WorkerEnrolled,
    WorkerWaitlisted,
    WaitingEnded,
    ApplicationRefused,
    EnrolmentCancelled,
    SeatGivenUp,
    CourseChanged,
    TrainingPaused,
    TrainingResumed,
    WorkerGraduated,
    TrainingNotCompleted,
    TrainingResultVoided,
    # placement
    WorkerReferred,
    ReferralLapsed,
    WorkerPlaced,
    PlacementGraded,
    PlacementDisputed,
    PlacementEnded,
    PlacementResumed,
    PlacementVoided,
)
"""The worker is told of these, and each agency concerned."""

TOLD_TO_WORKERS: Final[tuple[type[Event], ...]] = (WalkInReported,)
"""Of these, only the worker is told: the agency that says it may not learn that the worker is known.

Nor is anybody else told that one of them was retracted.
"""
_WORKERS_ALONE: Final = frozenset(map(type_of, TOLD_TO_WORKERS))

_TOLD_TO_OFFICES: Final[tuple[type[Event], ...]] = (ReviewOpened, InterviewNeeded)
"""Of these, only the worker's offices are told: they decide, or ask the worker."""

TOLD_TO_AGENCIES: Final[tuple[type[Event], ...]] = (
    IdentityQuestioned,
    TrainingResultRefused,
    CourseOfferRefused,
    HireRefused,
    OutcomeRefused,
    EvidenceRefused,
    VacancyPostRefused,
    VacancyApprovalRefused,
    CourseFactRetracted,
    VacancyFactRetracted,
)
"""Only the agency that said something is told of these: it was refused or retracted, or must be looked at."""

OF_ONE_AGENCY: Final[tuple[type[Event], ...]] = (ClaimAdded, ClaimEnded)
"""Of these, the worker is told and the agency whose claim it is; what other agencies report is for the worker's office."""

TOLD_OF_A_VACANCY: Final[tuple[type[Event], ...]] = (VacancyApprovalNeeded, OpeningsReleased)
"""The agency that posted the vacancy is told of these, and the offices concerned."""

TOLD_OF_TASKS: Final[tuple[type[Event], ...]] = (
    # registration
    ReviewDue,
    ReviewOverdue,
    InterviewDue,
    InterviewOverdue,
    MoveDue,
    # training
    ResultDue,
    ResultOverdue,
    AttendanceDue,
    AttendanceOverdue,
    AbsenceDue,
    AbsenceOverdue,
    # placement
    AnswerDue,
    AnswerOverdue,
    ApprovalDue,
    ApprovalOverdue,
    ConfirmationDue,
    ConfirmationOverdue,
    FollowUpDue,
    FollowUpOverdue,
)
"""Of these, only those concerned are told: who owes what is due, or the offices that look after what is late."""

TOLD: Final = TOLD_TO_ALL + TOLD_TO_WORKERS + _TOLD_TO_OFFICES + TOLD_TO_AGENCIES + TOLD_OF_A_VACANCY + TOLD_OF_TASKS

_NOT_KEPT = ("envelope", "concerns", *PERSONAL, "position", "follows")


@dataclass(frozen=True, slots=True)
class Message:
    """What one receiver is to be told: an event, once."""

    id: UUID
    receiver: str
    event: Event


def who_is_told(event: Event) -> list[str]:
    """Give the receivers, each once: the worker first, then the agencies concerned, then those that the event names."""
    if _is_for_the_worker_alone(event):
        return [WORKER]
    roles = (
        () if isinstance(event, _TOLD_TO_OFFICES + TOLD_OF_TASKS) else ("agency", "referred_by", "provider", "said_by")
    )
    named = [getattr(event, role, None) for role in roles]
    concerned = () if isinstance(event, OF_ONE_AGENCY) else getattr(event, "concerns", ())
    agencies = [*concerned, *named]
    worker = [WORKER] if isinstance(event, TOLD_TO_ALL) else []
    return list(dict.fromkeys(worker + [agency for agency in agencies if agency and agency != WORKER]))


def _is_for_the_worker_alone(event: Event) -> bool:
    if isinstance(event, WorkerFactRetracted):
        return event.retracts in _WORKERS_ALONE
    return isinstance(event, TOLD_TO_WORKERS)


def messages_for(events: Iterable[Event]) -> list[Message]:
    """Make the messages that these events call for."""
    return [
        Message(message_id(event.envelope.id, receiver), receiver, event)
        for event in events
        for receiver in who_is_told(event)
    ]


def message_id(event: UUID, receiver: str) -> UUID:
    """Give the id of the one message of an event to a receiver.

    The first half is the event's, a UUIDv7, so that ids grow with time: an index over ids that are hashes throughout
    doubles what each message costs the database. The second half is a hash of event and receiver.
    """
    half = (1 << 64) - 1
    return UUID(int=(event.int & ~half) | (uuid5(event, receiver).int & half))


def kept_data(event: Event) -> dict[str, Any]:
    """Give what is kept of an event.

    Its envelope, its key, whom it concerns, the contact, birth year and sex, the place in line and what it follows are left out.
    """
    data: dict[str, Any] = msgspec.to_builtins(event)
    for name in (*_NOT_KEPT, event.about):
        data.pop(name, None)
    return data


def is_blank(data: Mapping[str, Any]) -> bool:
    """Whether nothing is kept of what a message said: its worker was erased."""
    return not data


def event_from(type: str, subject: UUID, data: Mapping[str, Any]) -> Event:
    """Make the event again from what `kept_data` gave; there is none where it is blank."""
    kind = EVENTS[type]
    return msgspec.convert({**data, kind.about: str(subject)}, kind)


def worker_of(type: str, subject: UUID) -> UUID | None:
    """Give the worker a message is about; None where it is about a course or a vacancy."""
    return subject if EVENTS[type].about == "worker" else None
