"""Which roles of agencies may post which types of events. `domain/relations.py` says about whom."""

from typing import Final

from shared.events import (
    BusinessStarted,
    ClaimContested,
    CourseCancelled,
    CourseOffered,
    CoursePaused,
    CourseResumed,
    Fact,
    GrantRecorded,
    HireConfirmed,
    HireDeclined,
    IdentitiesKeptApart,
    IdentitiesMerged,
    IdentityCorrected,
    JobseekerApplied,
    LayoffReported,
    LayoffWithdrawn,
    MoveAnswered,
    TrainingResultRecorded,
    VacancyApproved,
    VacancyClosed,
    VacancyPosted,
    WorkerRecalled,
)
from shared.events.vocabulary import Role

MAY_SAY: Final[dict[type[Fact], tuple[Role, ...]]] = {
    LayoffReported: ("employer", "office", "union", "social-insurance"),
    LayoffWithdrawn: ("employer", "office", "union", "social-insurance"),
    JobseekerApplied: ("office",),
    CourseOffered: ("training-provider",),
    CourseCancelled: ("training-provider",),
    CoursePaused: ("training-provider",),
    CourseResumed: ("training-provider",),
    TrainingResultRecorded: ("training-provider",),
    VacancyPosted: ("employer", "office"),
    VacancyApproved: ("office",),
    VacancyClosed: ("employer", "office"),
    HireConfirmed: ("employer", "office"),
    HireDeclined: ("employer", "office"),
    WorkerRecalled: ("employer", "office"),
    BusinessStarted: ("employer", "office"),
    GrantRecorded: ("office", "social-insurance", "training-provider", "union"),
    ClaimContested: ("office",),
    MoveAnswered: ("office",),
    IdentityCorrected: ("office",),
    IdentitiesKeptApart: ("office",),
    IdentitiesMerged: ("office",),
}
