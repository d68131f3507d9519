"""The steps under `then`: what may stand in each. A step waits until every service has heard the one before it."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from scenarios.field_types import Count, Names, Slug, Title, Vocation
from shared.events import Fact, facts
from shared.events.vocabulary import CourseEnd, Decliner, GrantKind, Mode, PauseReason, VacancyEnd, WithdrawalReason


def _number_or_all(written: object) -> object:
    if written == "all" or isinstance(written, int):
        return written
    if isinstance(written, str) and written.isdecimal():
        return int(written)
    raise ValueError(f"a whole number or `all` was expected, not {written!r}")


Share = Annotated[int, Field(ge=0)]


class Action(BaseModel):
    """Something that agencies do."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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


class Pause(Action):
    """Courses stand still."""

    courses: Names
    on: date
    reason: PauseReason


class Resume(Action):
    """Courses go on, perhaps in another mode."""

    courses: Names
    on: date
    mode: Mode | None = None


class Cancel(Action):
    """Courses will not be taught."""

    courses: Names
    on: date
    reason: CourseEnd


class Chosen(Action):
    """Some workers: of groups, in the order in which they were reported, or of courses, in the order of seats."""

    workers: Names | None = None
    participants_of: Names | None = None
    graduates_of: Names | None = None
    after: Share = 0
    """How many are passed over."""
    first: Count | None = None
    """How many are taken; all where nothing is said."""
    on: date
    by: Slug | None = None
    """Who posts it; the agency that reported the group, where nothing is said."""

    @model_validator(mode="after")
    def _names_one_choice(self) -> Self:
        if sum(choice is not None for choice in (self.workers, self.participants_of, self.graduates_of)) != 1:
            raise ValueError("exactly one of `workers`, `participants_of` and `graduates_of` was expected")
        if self.workers is None and self.by is None:
            raise ValueError("`by`, the agency that says so, was expected beside participants or graduates")
        return self


class Withdraw(Chosen):
    """A layoff was undone."""

    reason: WithdrawalReason


class Recall(Chosen):
    """Workers are back at the old job."""

    employer: Title | None = None


class Business(Chosen):
    """Workers started businesses of their own."""

    business: Vocation


class Grant(Chosen):
    """Money or goods were granted to workers."""

    kind: GrantKind
    amount: Share | None = None
    item: Title | None = None


FACT_OF: dict[type[Chosen], type[Fact]] = {
    Withdraw: facts.LayoffWithdrawn,
    Recall: facts.WorkerRecalled,
    Business: facts.BusinessStarted,
    Grant: facts.GrantRecorded,
}
"""The fact that is posted about each chosen worker."""


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
    """One step: exactly one action."""

    report: Report | None = None
    offer: Offer | None = None
    post: Post | None = None
    results: Results | None = None
    pause: Pause | None = None
    resume: Resume | None = None
    cancel: Cancel | None = None
    withdraw: Withdraw | None = None
    recall: Recall | None = None
    business: Business | None = None
    grant: Grant | None = None
    approve: Approve | None = None
    hire: Hire | None = None
    decline: Decline | None = None
    close: Close | None = None
    later: Later | None = None

    @model_validator(mode="after")
    def _is_one_action(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError(f"exactly one of {', '.join(type(self).model_fields)} was expected for a step")
        return self

    @property
    def verb(self) -> str:
        """What is done."""
        (verb,) = self.model_fields_set
        return verb

    @property
    def action(self) -> Action:
        """What is done, with its fields."""
        action: Action = getattr(self, self.verb)
        return action
