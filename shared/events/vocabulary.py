"""The field's own words: the terms that labour offices use, as the only values that an event may carry."""

from typing import Annotated, Final, Literal, get_args

from msgspec import Meta

Slug = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{1,62}$", description="an agency's short name: a-z, 0-9 and -")]
MemberName = Annotated[
    str,
    Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", description="a member's short name in its agency: a-z, 0-9 and -"),
]
Code = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9 ./_-]{0,63}$",
        description="the agency's own number for a course or a vacancy: letters, digits and . / _ -, at most 64",
    ),
]
Vocation = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z][A-Za-z0-9 &/,.()+-]{0,59}$",
        description="a vocation (kejuruan), such as `sewing` or `welding`; upper and lower case mean the same",
    ),
]
Title = Annotated[str, Meta(min_length=1, max_length=120)]
Employer = Annotated[str, Meta(min_length=1, max_length=120, description="the name of a business, never of a worker")]
Region = Annotated[
    str,
    Meta(
        max_length=64,
        description="a regency or city by its Kemendagri code (`33.06`) or its name (`Kabupaten Purworejo`)",
    ),
]
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2; `ID` is Indonesia")]
Count = Annotated[int, Meta(ge=1, le=100_000)]
Rupiah = Annotated[int, Meta(ge=0, description="whole rupiah (IDR)")]

Role = Literal["office", "employer", "union", "social-insurance", "training-provider"]
LayoffKind = Literal["laid-off", "furloughed"]
WithdrawalReason = Literal["mediation", "recall", "reported-in-error"]
RetractionReason = Literal["typed-wrongly", "wrong-worker", "did-not-happen", "said-twice", "other"]
WorkerFact = Literal[
    "pulih.layoff.reported.v1",
    "pulih.layoff.withdrawn.v1",
    "pulih.jobseeker.applied.v1",
    "pulih.claim.contested.v1",
    "pulih.training-result.recorded.v1",
    "pulih.no-show.recorded.v1",
    "pulih.seat.declined.v1",
    "pulih.hire.confirmed.v1",
    "pulih.hire.declined.v1",
    "pulih.worker.recalled.v1",
    "pulih.business.started.v1",
    "pulih.grant.recorded.v1",
    "pulih.placement.confirmed.v1",
    "pulih.placement.contested.v1",
    "pulih.employment.ended.v1",
    "pulih.walk-in.reported.v1",
]
"""What can be retracted of what is said of a worker, by its CloudEvents type."""
CourseFact = Literal[
    "pulih.course.offered.v1",
    "pulih.course.cancelled.v1",
    "pulih.course.paused.v1",
    "pulih.course.resumed.v1",
    "pulih.attendance.recorded.v1",
]
VacancyFact = Literal["pulih.vacancy.posted.v1", "pulih.vacancy.approved.v1", "pulih.vacancy.closed.v1"]
Want = Literal["training", "work"]
Sex = Literal["female", "male"]
JobReach = Literal["province", "national", "abroad"]
CourseReach = Literal["regency", "province", "national"]
Mode = Literal["in-person", "online", "blended"]
Funding = Literal["APBN", "APBD", "BPJS", "employer", "private"]
Venue = Literal["centre", "mobile-unit", "workplace", "online"]
PauseReason = Literal["pandemic", "disaster", "no-instructor", "other"]
CourseEnd = Literal["too-few-participants", "no-funding", "no-instructor", "pandemic", "other"]
Result = Literal["graduated", "failed", "left"]
VacancyEnd = Literal["filled", "withdrawn", "expired"]
Decliner = Literal["employer", "worker"]
GrantKind = Literal["daily-allowance", "tools", "business-credit"]
Route = Literal["AKL", "AKAD", "AKAN"]
"""How far a placement reaches: antar kerja lokal (the worker's own province), antar daerah (another one), antar negara
(abroad). Permenaker 39/2016 on the placement of workers."""
Outcome = Literal["hired", "recalled", "self-employed"]
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
Grade = Literal[
    "employer-says", "confirmed", "still-working-3-months", "still-working-6-months", "still-working-12-months"
]
"""The evidence of a placement: the word of who gives the work; a word of the worker, of an office or of social insurance beside it; and
such a word of a day so many months after the first working day."""
EnrolmentEnd = Literal["withdrawn", "recalled", "hired", "self-employed", "course-cancelled", "new-spell"]
ReferralEnd = Literal[
    "no-answer",
    "declined-by-employer",
    "declined-by-worker",
    "vacancy-closed",
    "vacancy-filled",
    "placed",
    "withdrawn",
    "new-spell",
]
