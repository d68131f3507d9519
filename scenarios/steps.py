"""The steps under `then`: what may stand in each. A step waits until every service has heard the one before it."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from scenarios.actions import Action, Chosen, OfCourses, Portion, Share
from scenarios.corrections import AnswerMove, Contest, Correct, Expect, KeepApart, Merge, Retract, SayAgain
from scenarios.field_types import Count, Name, Names, Slug, Title, Vocation
from shared.events import Fact, facts
from shared.events.vocabulary import CourseEnd, Decliner, GrantKind, Mode, PauseReason, VacancyEnd, WithdrawalReason


def _number_or_all(written: object) -> object:
    if written == "all" or isinstance(written, int):
        return written
    if isinstance(written, str) and written.isdecimal():
        return int(written)
    raise ValueError(f"a whole number or `all` was expected, not {written!r}")


class Report(Action):
    """Workers come who had not come at the start."""

    workers: Names


class Offer(Action):
    """Courses are offered that were not at the start."""

    courses: Names


class Post(Action):
    """Vacancies are posted that were not at the start."""

    vacancies: Names


class Results(Action):
    """What became of the participants of each course, in the order of their seats; the others stay in training."""

    courses: Names
    on: date | None = None
    """The day; the course's last where nothing is said."""
    after: Share = 0
    """How many seats of each course are passed over."""
    graduated: Annotated[int | Literal["all"], BeforeValidator(_number_or_all)] = 0
    failed: Share = 0
    left: Share = 0


class NoShow(Portion):
    """Participants did not come: of each course those of the first seats, the course's first day where nothing is said."""

    courses: Names
    on: date | None = None
    first: Count


class Attendance(Action):
    """The list of who came was taken of courses: so many of each, on the course's first day where nothing is said."""

    courses: Names
    on: date | None = None
    present: Share


class Pause(OfCourses):
    """Courses stand still."""

    reason: PauseReason


class Resume(OfCourses):
    """Courses go on, perhaps in another mode."""

    mode: Mode | None = None


class Cancel(OfCourses):
    """Courses will not be taught."""

    reason: CourseEnd


class Withdraw(Chosen):
    """A layoff was undone."""

    reason: WithdrawalReason


class DeclineSeat(Chosen):
    """Workers do not take the seats that they have."""


class Recall(Chosen):
    """Workers are back at the old job."""

    employer: Title | None = None


class Business(Chosen):
    """Workers started businesses of their own."""

    business: Vocation


class Confirm(Chosen):
    """Workers work where it was said, as the office knows, or social insurance."""

    by_worker: bool = False


class Dispute(Chosen):
    """Workers deny to work where it was said."""


class Deny(Chosen):
    """The office decides that workers do not work where it was said."""


class LeaveWork(Chosen):
    """Workers work there no longer."""


class Grant(Chosen):
    """Money or goods were granted to workers."""

    kind: GrantKind
    amount: Share | None = None
    item: Title | None = None


FACT_OF: dict[type[Chosen], type[Fact]] = {
    Withdraw: facts.LayoffWithdrawn,
    DeclineSeat: facts.SeatDeclined,
    Recall: facts.WorkerRecalled,
    Business: facts.BusinessStarted,
    Confirm: facts.PlacementConfirmed,
    Dispute: facts.PlacementContested,
    Deny: facts.PlacementDenied,
    LeaveWork: facts.EmploymentEnded,
    Grant: facts.GrantRecorded,
    Contest: facts.ClaimContested,
    Correct: facts.IdentityCorrected,
    AnswerMove: facts.MoveAnswered,
    Merge: facts.IdentitiesMerged,
    KeepApart: facts.IdentitiesKeptApart,
}
"""The fact that is posted about each chosen worker."""


class WalkIn(Portion):
    """An employer took on workers who had not been referred: they came to its door."""

    workers: Names
    employer: Title
    vocation: Vocation | None = None
    on: date
    by: Slug

    @property
    def job(self) -> dict[str, Any]:
        """What is said of the job."""
        return self.model_dump(include={"employer", "vocation"}, exclude_none=True)


class Approve(Action):
    """An office approves all openings of employers' vacancies; without it those beyond the limit wait."""

    vacancies: Names
    on: date
    by: Slug


class Hire(Action):
    """Employers took on workers who had been referred to them, as many for each vacancy as there are openings."""

    vacancies: Names
    on: date
    first: Count | None = None
    """How many for each vacancy; all openings where nothing is said."""


class Decline(Action):
    """Referrals came to nothing."""

    vacancies: Names
    on: date
    first: Count
    declined_by: Decliner = "employer"


class Close(Action):
    """Vacancies are closed."""

    vacancies: Names
    on: date
    reason: VacancyEnd


class Later(Action):
    """Days go by: what is due by then happens."""

    days: Annotated[int, Field(ge=1, le=3_660)]

    @model_validator(mode="before")
    @classmethod
    def _read(cls, written: object) -> object:
        """Read `15 days`."""
        found = re.fullmatch(r"\s*(\d+) days?\s*", written) if isinstance(written, str) else None
        if found is None and not isinstance(written, Mapping):
            raise ValueError(f"a number of days such as `15 days` was expected, not {written!r}")
        return {"days": int(found[1])} if found else written


class ScenarioStep(Action):
    """One step: exactly one action. `called` is its name, by which a later step takes back what was said in it."""

    called: Name | None = None
    report: Report | None = None
    offer: Offer | None = None
    post: Post | None = None
    results: Results | None = None
    attendance: Attendance | None = None
    no_show: NoShow | None = None
    decline_seat: DeclineSeat | None = None
    pause: Pause | None = None
    resume: Resume | None = None
    cancel: Cancel | None = None
    withdraw: Withdraw | None = None
    recall: Recall | None = None
    business: Business | None = None
    confirm: Confirm | None = None
    dispute: Dispute | None = None
    deny: Deny | None = None
    leave_work: LeaveWork | None = None
    grant: Grant | None = None
    approve: Approve | None = None
    hire: Hire | None = None
    walk_in: WalkIn | None = None
    decline: Decline | None = None
    close: Close | None = None
    later: Later | None = None
    contest: Contest | None = None
    correct: Correct | None = None
    merge: Merge | None = None
    keep_apart: KeepApart | None = None
    answer_move: AnswerMove | None = None
    retract: Retract | None = None
    say_again: SayAgain | None = None
    expect: Expect | None = None

    @model_validator(mode="after")
    def _is_one_action(self) -> Self:
        if len(self.model_fields_set - {"called"}) != 1:
            verbs = ", ".join(name for name in type(self).model_fields if name != "called")
            raise ValueError(f"exactly one of {verbs} was expected for a step")
        return self

    @property
    def verb(self) -> str:
        """What is done."""
        (verb,) = self.model_fields_set - {"called"}
        return verb

    @property
    def action(self) -> Action:
        """What is done, with its fields."""
        action: Action = getattr(self, self.verb)
        return action
