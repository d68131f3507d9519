"""One example of each event of the contract, for tests. Names, ids and numbers belong to nobody."""

from datetime import date
from typing import Any, TypeVar
from uuid import UUID, uuid5

from shared import events
from shared.events import Event

E = TypeVar("E", bound=Event)

OFFICE, PROVIDER, EMPLOYER, UNION = "disnaker-purworejo", "blk-purworejo", "pt-garmen", "sp-garmen"
PURWOREJO = "33.06"
_IDS = UUID(int=3)


def worker(n: int) -> UUID:
    """Give the id of the n-th worker: a UUIDv7."""
    return UUID(int=0x0190_0000_0000_7000_8000_0000_0000_0000 + n)


def number_of(worker_id: UUID) -> int:
    """Give n for the id that `worker(n)` gave."""
    return worker_id.int - worker(0).int


def id_of(code: str, agency: str) -> UUID:
    """Give the id of the course or vacancy that an agency calls by this code."""
    return uuid5(_IDS, f"{agency}:{code}")


def example(kind: type[E], /, **given: Any) -> E:  # noqa: ANN401  whatever a field holds
    """Make an event; its fields hold what is usual for them, or what is `given`.

    A course's or vacancy's id follows from its `code` and its agency unless it is given.
    """
    fields: dict[str, Any] = {**_EXAMPLES[kind], **given}
    names = kind.__struct_fields__
    for name, by_default in (("course", PROVIDER), ("vacancy", OFFICE)):
        if name in names and name not in fields and fields.get("code"):
            owner = fields.get("provider") or (fields.get("agency") if kind.about == name else None) or by_default
            fields[name] = id_of(fields["code"], owner)
    return kind(**fields)


_IN_SPELL: dict[str, Any] = {"worker": worker(1), "spell": 1, "concerns": [OFFICE]}
_APPLICATION: dict[str, Any] = {
    "applied_on": date(2021, 2, 3),
    "region": PURWOREJO,
    "wants": ["training"],
    "wishes": ["sewing"],
    "birth_year": 1990,
    "sex": "female",
}
_COURSE: dict[str, Any] = {"code": "S1", "provider": PROVIDER, "title": "Menjahit"}
_VACANCY: dict[str, Any] = {"code": "A", "agency": OFFICE, "title": "Operator jahit"}
_BY_PROVIDER: dict[str, Any] = {"agency": PROVIDER, "on": date(2021, 3, 5), "code": "S1"}
_BY_OFFICE: dict[str, Any] = {"agency": OFFICE, "on": date(2021, 6, 1)}
_RETRACTION: dict[str, Any] = {"fact": UUID(int=13), "reason": "typed-wrongly", "on": date(2021, 5, 3)}
_TASK: dict[str, Any] = {"since": date(2021, 5, 4), "due": date(2021, 5, 18), "owed_by": [OFFICE], "concerns": [OFFICE]}
_ANSWER_TASK: dict[str, Any] = {
    **_TASK,
    **_VACANCY,
    "worker": worker(1),
    "spell": 1,
    "agency": EMPLOYER,
    "employer": "PT Garmen Jateng",
    "owed_by": [EMPLOYER],
}
_APPROVAL_TASK: dict[str, Any] = {
    **_TASK,
    **_VACANCY,
    "agency": EMPLOYER,
    "employer": "PT Garmen Jateng",
    "region": PURWOREJO,
    "country": "ID",
    "openings": 80,
    "waiting": 30,
}
_RESULT_TASK: dict[str, Any] = {
    **_TASK,
    **_COURSE,
    "worker": worker(1),
    "spell": 1,
    "ends_on": date(2021, 4, 30),
    "owed_by": [PROVIDER],
}
_ATTENDANCE_TASK: dict[str, Any] = {**_TASK, **_COURSE, "starts_on": date(2021, 3, 1), "owed_by": [PROVIDER]}
_ABSENCE_TASK: dict[str, Any] = {**_TASK, **_COURSE, "worker": worker(1), "spell": 1}
_REVIEW_TASK: dict[str, Any] = {**_TASK, "worker": worker(1), "review": UUID(int=14), "kind": "identity"}
_INTERVIEW_TASK: dict[str, Any] = {**_TASK, "worker": worker(1), "spell": 1}
_PLACEMENT: dict[str, Any] = {**_IN_SPELL, "outcome": "hired", "on": date(2021, 4, 1), "agency": EMPLOYER}
_PLACEMENT_TASK: dict[str, Any] = {
    **_TASK,
    "worker": worker(1),
    "spell": 1,
    "outcome": "hired",
    "on": date(2021, 4, 1),
    "agency": EMPLOYER,
    "employer": "PT Garmen Jateng",
}
_MESSAGE: dict[str, Any] = {
    "subject": worker(1),
    "message": UUID(int=11),
    "to": "worker",
    "event": UUID(int=12),
    "channel": "mailbox",
}

_EXAMPLES: dict[type[Event], dict[str, Any]] = {
    # facts
    events.LayoffReported: {"worker": worker(1), "agency": EMPLOYER, "on": date(2021, 2, 3), "kind": "laid-off"},
    events.LayoffWithdrawn: {"worker": worker(1), "agency": EMPLOYER, "on": date(2021, 4, 1), "reason": "mediation"},
    events.JobseekerApplied: {"worker": worker(1), "agency": OFFICE, "on": date(2021, 2, 3), "wants": ["training"]},
    events.CourseOffered: {
        **_BY_PROVIDER,
        "on": date(2021, 1, 4),
        "title": "Menjahit",
        "vocation": "sewing",
        "region": PURWOREJO,
        "funding": "APBN",
        "seats": 2,
        "starts_on": date(2021, 3, 1),
        "ends_on": date(2021, 4, 30),
    },
    events.CourseCancelled: {**_BY_PROVIDER, "reason": "no-instructor"},
    events.CoursePaused: {**_BY_PROVIDER, "reason": "pandemic"},
    events.CourseResumed: {**_BY_PROVIDER, "on": date(2021, 3, 20)},
    events.TrainingResultRecorded: {
        **_BY_PROVIDER,
        "on": date(2021, 4, 30),
        "worker": worker(1),
        "result": "graduated",
    },
    events.AttendanceRecorded: {**_BY_PROVIDER, "present": 2},
    events.NoShowRecorded: {**_BY_PROVIDER, "worker": worker(1)},
    events.SeatDeclined: {**_BY_OFFICE, "worker": worker(1)},
    events.VacancyPosted: {
        **_BY_OFFICE,
        **_VACANCY,
        "on": date(2021, 3, 1),
        "vocation": "sewing",
        "employer": "PT Garmen Jateng",
        "region": PURWOREJO,
        "openings": 1,
    },
    events.VacancyApproved: {**_BY_OFFICE, "vacancy": id_of("A", EMPLOYER)},
    events.VacancyClosed: {**_BY_OFFICE, "code": "A"},
    events.HireConfirmed: {**_BY_OFFICE, "code": "A", "worker": worker(1)},
    events.WalkInReported: {
        "worker": worker(1),
        "agency": EMPLOYER,
        "on": date(2021, 6, 1),
        "employer": "PT Garmen Jateng",
        "vocation": "sewing",
        "region": PURWOREJO,
    },
    events.HireDeclined: {**_BY_OFFICE, "code": "A", "worker": worker(1)},
    events.ClaimContested: {**_BY_OFFICE, "worker": worker(1), "claimant": EMPLOYER},
    events.IdentityCorrected: {**_BY_OFFICE, "worker": worker(1), "fields": ["name", "phone"]},
    events.IdentitiesKeptApart: {**_BY_OFFICE, "worker": worker(1), "other": worker(2)},
    events.IdentitiesMerged: {**_BY_OFFICE, "worker": worker(1), "other": worker(2)},
    events.MoveAnswered: {**_BY_OFFICE, "worker": worker(1), "agreed": True},
    events.WorkerRecalled: {**_BY_OFFICE, "agency": "pt-lama", "worker": worker(1), "employer": "PT Lama"},
    events.BusinessStarted: {**_BY_OFFICE, "worker": worker(1), "business": "koi"},
    events.GrantRecorded: {**_BY_OFFICE, "agency": "bpjs-denpasar", "worker": worker(1), "kind": "tools"},
    events.PlacementConfirmed: {**_BY_OFFICE, "worker": worker(1)},
    events.PlacementContested: {**_BY_OFFICE, "worker": worker(1)},
    events.PlacementDenied: {**_BY_OFFICE, "worker": worker(1)},
    events.EmploymentEnded: {**_BY_OFFICE, "worker": worker(1)},
    # registration
    events.AgencyAdmitted: {
        "id": UUID(int=7),
        "agency": OFFICE,
        "name": "Disnaker Purworejo",
        "role": "office",
        "key_hash": "0" * 64,
    },
    events.AgencyRevoked: {"id": UUID(int=7), "agency": OFFICE},
    events.AgencyDelegated: {"id": UUID(int=7), "agency": PROVIDER, "delegates": [OFFICE]},
    events.MemberAdmitted: {"id": UUID(int=7), "agency": OFFICE, "member": "siti", "key_hash": "1" * 64},
    events.MemberRevoked: {"id": UUID(int=7), "agency": OFFICE, "member": "siti"},
    events.WorkerRegistered: {**_IN_SPELL, **_APPLICATION, "reason": "laid-off", "agency": OFFICE},
    events.ApplicationAmended: {**_IN_SPELL, **_APPLICATION},
    events.RegistrationWithdrawn: {**_IN_SPELL, "on": date(2021, 4, 1), "reason": "mediation", "agency": OFFICE},
    events.RegistrationReinstated: {**_IN_SPELL, **_APPLICATION, "agency": OFFICE, "keeps_place": True},
    events.WorkerFactRetracted: {
        **_RETRACTION,
        "agency": PROVIDER,
        "worker": worker(1),
        "retracts": "pulih.training-result.recorded.v1",
        "said_by": PROVIDER,
        "said_on": date(2021, 4, 30),
        "code": "S1",
    },
    events.CourseFactRetracted: {**_RETRACTION, **_BY_PROVIDER, "retracts": "pulih.course.paused.v1"},
    events.VacancyFactRetracted: {
        **_RETRACTION,
        **_BY_OFFICE,
        "vacancy": id_of("A", OFFICE),
        "code": "A",
        "retracts": "pulih.vacancy.closed.v1",
    },
    events.JobseekerCardIssued: {
        "worker": worker(1),
        "number": "3306/2021/0000001",
        "issued_on": date(2021, 2, 3),
        "valid_until": date(2023, 2, 3),
        "agency": OFFICE,
    },
    events.ClaimAdded: {
        **_IN_SPELL,
        "agency": UNION,
        "kind": "laid-off",
        "on": date(2021, 2, 4),
        "employer": "PT Lama",
    },
    events.ClaimEnded: {**_IN_SPELL, "agency": UNION, "reason": "taken-back", "on": date(2021, 4, 1)},
    events.LayoffKindChanged: {
        **_IN_SPELL,
        "agency": EMPLOYER,
        "kind": "laid-off",
        "before": "furloughed",
        "on": date(2021, 3, 1),
    },
    events.MoveRequested: {
        "worker": worker(1),
        "agency": "disnaker-serang",
        "came_from": PURWOREJO,
        "region": "36.04",
        "due_on": date(2021, 5, 1),
        "concerns": [OFFICE],
    },
    events.MoveDeclined: {
        "worker": worker(1),
        "agency": OFFICE,
        "region": "36.04",
        "concerns": ["disnaker-serang"],
    },
    events.WorkerMoved: {
        "worker": worker(1),
        "agency": "disnaker-serang",
        "came_from": PURWOREJO,
        "region": "36.04",
        "concerns": [OFFICE],
    },
    events.WorkerMerged: {
        **_IN_SPELL,
        "worker": worker(2),
        "number": 1,
        "into": worker(1),
        "into_spell": 1,
        "agency": OFFICE,
        "on": date(2021, 3, 1),
    },
    events.WorkerSplit: {
        **_IN_SPELL,
        "worker": worker(2),
        "number": 2,
        "is_open": True,
        "former": worker(1),
        "former_spell": 1,
        "former_is_open": True,
        "agency": OFFICE,
        "on": date(2021, 4, 1),
    },
    events.InterviewNeeded: {"worker": worker(1), "spell": 1, "agency": EMPLOYER, "concerns": [OFFICE]},
    events.ReviewOpened: {
        "worker": worker(1),
        "kind": "identity",
        "fields": ["name"],
        "agency": EMPLOYER,
        "concerns": [OFFICE],
    },
    events.WorkerErased: {"worker": worker(1)},
    events.WorkerRestricted: {"worker": worker(1), "restricted": True},
    events.IdentityQuestioned: {"worker": worker(1), "agency": EMPLOYER, "fields": ["name"]},
    # training
    events.WorkerEnrolled: {
        **_IN_SPELL,
        **_COURSE,
        "vocation": "sewing",
        "region": PURWOREJO,
        "mode": "in-person",
        "starts_on": date(2021, 3, 1),
        "ends_on": date(2021, 4, 30),
        "seat": 1,
        "seats": 2,
        "applied_on": date(2021, 2, 3),
        "order": "1st of 2; applied 2021-02-03",
    },
    events.WorkerWaitlisted: {**_IN_SPELL, "applied_on": date(2021, 2, 3), "wishes": ["sewing"]},
    events.EnrolmentCancelled: {**_IN_SPELL, **_COURSE, "reason": "withdrawn"},
    events.SeatGivenUp: {**_IN_SPELL, **_COURSE, "reason": "no-show"},
    events.CourseChanged: {
        **_IN_SPELL,
        **_COURSE,
        "region": PURWOREJO,
        "venue": "centre",
        "mode": "in-person",
        "starts_on": date(2021, 3, 8),
        "ends_on": date(2021, 5, 7),
    },
    events.WaitingEnded: {**_IN_SPELL, "reason": "withdrawn"},
    events.ApplicationRefused: {**_IN_SPELL, "reason": "already-certified"},
    events.WorkerGraduated: {
        **_IN_SPELL,
        **_COURSE,
        "vocation": "sewing",
        "certificate": f"{PROVIDER}/S1/1",
        "on": date(2021, 4, 30),
        "region": PURWOREJO,
    },
    events.TrainingNotCompleted: {
        **_IN_SPELL,
        **_COURSE,
        "result": "left",
        "on": date(2021, 4, 30),
        "region": PURWOREJO,
        "wishes": ["sewing"],
    },
    events.TrainingResultVoided: {
        **_IN_SPELL,
        **_COURSE,
        "vocation": "sewing",
        "result": "graduated",
        "certificate": f"{PROVIDER}/S1/1",
    },
    events.TrainingResultRefused: {
        "worker": worker(1),
        "code": "S1",
        "agency": PROVIDER,
        "reason": "never-enrolled",
    },
    events.CourseOfferRefused: {"code": "S1", "agency": PROVIDER, "reason": "seats-taken"},
    events.TrainingPaused: {**_IN_SPELL, **_COURSE, "reason": "pandemic"},
    events.TrainingResumed: {**_IN_SPELL, **_COURSE, "mode": "online"},
    # placement
    events.WorkerReferred: {
        **_IN_SPELL,
        **_VACANCY,
        "vocation": "sewing",
        "employer": "PT Garmen Jateng",
        "region": PURWOREJO,
        "country": "ID",
        "route": "AKL",
        "respond_by": date(2021, 5, 11),
    },
    events.ReferralLapsed: {**_IN_SPELL, **_VACANCY, "reason": "no-answer"},
    events.WorkerPlaced: _PLACEMENT,
    events.PlacementGraded: {**_PLACEMENT, "grade": "confirmed", "by": OFFICE},
    events.PlacementDisputed: {**_PLACEMENT, "by": OFFICE},
    events.PlacementEnded: {**_PLACEMENT, "ended_on": date(2021, 5, 20), "lost": True},
    events.PlacementResumed: _PLACEMENT,
    events.PlacementVoided: _PLACEMENT,
    events.EvidenceRefused: {"worker": worker(1), "agency": OFFICE, "reason": "not-placed"},
    events.OutcomeRefused: {
        "worker": worker(1),
        "agency": EMPLOYER,
        "outcome": "recalled",
        "reason": "already-placed",
    },
    events.HireRefused: {"worker": worker(1), "code": "A", "agency": OFFICE, "reason": "never-referred"},
    events.VacancyPostRefused: {"code": "A", "agency": OFFICE, "reason": "openings-taken"},
    events.VacancyApprovalNeeded: {
        **_VACANCY,
        "agency": EMPLOYER,
        "vocation": "sewing",
        "employer": "PT Garmen Jateng",
        "region": PURWOREJO,
        "country": "ID",
        "openings": 80,
        "waiting": 30,
        "concerns": [OFFICE],
    },
    events.OpeningsReleased: {
        **_VACANCY,
        "agency": EMPLOYER,
        "approved_by": OFFICE,
        "openings": 80,
        "concerns": [OFFICE],
    },
    events.VacancyApprovalRefused: {"vacancy": id_of("A", EMPLOYER), "agency": OFFICE, "reason": "not-yours"},
    # tasks
    events.ReviewDue: _REVIEW_TASK,
    events.ReviewOverdue: _REVIEW_TASK,
    events.InterviewDue: _INTERVIEW_TASK,
    events.InterviewOverdue: _INTERVIEW_TASK,
    events.MoveDue: {**_TASK, "worker": worker(1), "agency": "disnaker-kebumen", "region": "33.05"},
    events.ResultDue: {**_RESULT_TASK, "concerns": [PROVIDER]},
    events.ResultOverdue: _RESULT_TASK,
    events.AttendanceDue: _ATTENDANCE_TASK,
    events.AttendanceOverdue: _ATTENDANCE_TASK,
    events.AbsenceDue: _ABSENCE_TASK,
    events.AbsenceOverdue: _ABSENCE_TASK,
    events.AnswerDue: {**_ANSWER_TASK, "concerns": [EMPLOYER]},
    events.AnswerOverdue: _ANSWER_TASK,
    events.ConfirmationDue: _PLACEMENT_TASK,
    events.ConfirmationOverdue: _PLACEMENT_TASK,
    events.FollowUpDue: _PLACEMENT_TASK,
    events.FollowUpOverdue: _PLACEMENT_TASK,
    events.ApprovalDue: _APPROVAL_TASK,
    events.ApprovalOverdue: _APPROVAL_TASK,
    # notification
    events.NotificationDelivered: _MESSAGE,
    events.PlacementTold: {"subject": worker(1), "placement": UUID(int=12), "channel": "smtp"},
    events.NotificationFailed: {**_MESSAGE, "reason": "no address"},
}
"""The usual fields of each event."""
