"""What a receiver may read: an event whole, or the worker's state in one word; and for how long."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row

from services.notification.domain import TOLD_OF_TASKS, TOLD_TO_AGENCIES, WORKER
from shared.events import (
    ApplicationRefused,
    ClaimAdded,
    ClaimEnded,
    CourseChanged,
    EnrolmentCancelled,
    Event,
    GrantRecorded,
    InterviewNeeded,
    JobseekerCardIssued,
    LayoffKindChanged,
    MoveDeclined,
    MoveRequested,
    PlacementDisputed,
    PlacementEnded,
    PlacementGraded,
    PlacementResumed,
    PlacementVoided,
    ReferralLapsed,
    RegistrationReinstated,
    RegistrationWithdrawn,
    ReviewOpened,
    SeatGivenUp,
    TrainingNotCompleted,
    TrainingPaused,
    TrainingResultVoided,
    TrainingResumed,
    WaitingEnded,
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
)
from shared.events.vocabulary import EnrolmentEnd, Slug
from shared.regions import covers

_KEPT_FOR: Final = timedelta(days=365)
"""How long a claim, a seat or a hire lets an agency read on after the spell has ended."""
_FOR_ALL_CONCERNED: Final[tuple[type[Event], ...]] = (
    ReviewOpened,
    InterviewNeeded,
    LayoffKindChanged,
    MoveRequested,
    MoveDeclined,
    WorkerMoved,
    WorkerMerged,
    WorkerSplit,
    *TOLD_OF_TASKS,
)
"""Events that everyone reads whole who is told."""
ENDINGS: Final = (
    ClaimEnded,
    RegistrationWithdrawn,
    EnrolmentCancelled,
    SeatGivenUp,
    ReferralLapsed,
    PlacementVoided,
)
"""Events that may end a relation: the last thing that an agency reads of a worker."""
RELATIONS: Final = (
    *ENDINGS,
    WorkerRegistered,
    RegistrationReinstated,
    ClaimAdded,
    WorkerEnrolled,
    WorkerReferred,
    WorkerPlaced,
)
ANSWERS: Final = (*TOLD_TO_AGENCIES, GrantRecorded, JobseekerCardIssued, WorkerFactRetracted)
"""Events that answer what the agency itself said."""

_STATES: Final[dict[type[Event], str]] = {
    WorkerRegistered: "registered",
    RegistrationWithdrawn: "withdrawn",
    WorkerEnrolled: "in-training",
    TrainingPaused: "in-training",
    TrainingResumed: "in-training",
    WorkerWaitlisted: "waiting",
    CourseChanged: "in-training",
    WorkerGraduated: "trained",
    TrainingNotCompleted: "seeking",
    ApplicationRefused: "seeking",
    WorkerReferred: "referred",
    ReferralLapsed: "seeking",
    WorkerPlaced: "placed",
    PlacementGraded: "placed",
    PlacementDisputed: "placed",
    PlacementEnded: "out-of-work",
    PlacementResumed: "placed",
    TrainingResultVoided: "in-training",
    PlacementVoided: "seeking",
}
_STATES_BY_END: Final[dict[EnrolmentEnd, str]] = {
    "withdrawn": "withdrawn",
    "recalled": "placed",
    "hired": "placed",
    "self-employed": "placed",
    "course-cancelled": "seeking",
    "new-spell": "registered",
}


def state_after(event: Event) -> str:
    """Say the worker's state after an event in one word (`states` in templates.yaml)."""
    if isinstance(event, EnrolmentCancelled | WaitingEnded):
        return _STATES_BY_END[event.reason]
    return _STATES.get(type(event), "registered")


def is_host(event: Event, receiver: Slug) -> bool:
    """Whether an event is about what the receiver itself said, teaches or offers."""
    return receiver in {getattr(event, role, None) for role in ("agency", "provider", "referred_by", "said_by")}


def reads_whole(event: Event, receiver: str, agency: Row[Any] | None, region: str | None) -> bool:
    """Whether a receiver reads an event whole; `agency` is the receiver's role and region, `region` the worker's."""
    if receiver == WORKER or event.about != WORKER or isinstance(event, _FOR_ALL_CONCERNED) or is_host(event, receiver):
        return True
    return agency is not None and agency.role == "office" and covers(agency.region, region)


@dataclass(slots=True)
class Standing:
    """Whether an agency's relation to one worker stands, by what the agency was told of the worker."""

    slug: Slug
    has_claim: bool = False
    seats: set[UUID] = field(default_factory=set)
    referrals: set[UUID] = field(default_factory=set)
    spell_ended_at: datetime | None = None

    def hear(self, told: Iterable[tuple[Event, datetime]]) -> None:
        """Take in what the agency was told, in that order, each with the time when it was said."""
        for event, at in told:
            self._hear_of_claims(event)
            self._hear_of_seats_and_referrals(event)
            if isinstance(event, RegistrationWithdrawn | WorkerPlaced):
                self.spell_ended_at = at
            elif isinstance(event, RegistrationReinstated | PlacementVoided):
                self.spell_ended_at = None

    def _hear_of_claims(self, event: Event) -> None:
        match event:
            case WorkerRegistered() | RegistrationReinstated():
                self.has_claim, self.spell_ended_at = True, None
            case ClaimAdded():
                self.has_claim = True
            case ClaimEnded() | RegistrationWithdrawn(agency=self.slug):
                self.has_claim = False

    def _hear_of_seats_and_referrals(self, event: Event) -> None:
        match event:
            case WorkerEnrolled(provider=self.slug):
                self.seats.add(event.course)
            case EnrolmentCancelled() | SeatGivenUp():
                self.seats.discard(event.course)
            case WorkerReferred(agency=self.slug):
                self.referrals.add(event.vacancy)
            case ReferralLapsed() | PlacementVoided(vacancy=UUID()):
                self.referrals.discard(event.vacancy)

    def stands(self, now: datetime) -> bool:
        """Whether the agency may still read what it was told of the worker."""
        is_recent = self.spell_ended_at is None or self.spell_ended_at > now - _KEPT_FOR
        return is_recent and (self.has_claim or bool(self.seats) or bool(self.referrals))
