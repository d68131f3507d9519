"""A labour programme: its agencies, workers, courses and vacancies, what happened then, and what must come out."""

import datetime as dt
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from scenarios.field_types import (
    Area,
    Count,
    Name,
    Period,
    Region,
    Regions,
    Slug,
    Title,
    VacancyPlace,
    Vocation,
    Vocations,
    Wishes,
)
from scenarios.steps import ScenarioStep
from shared.events.vocabulary import CourseReach, Funding, JobReach, LayoffKind, Mode, Role, Venue, Want


class Part(BaseModel):
    """A part of the file: what it does not know is a typing error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Part):
    """Where figures come from: the outlet and the day, or what is known of the day."""

    outlet: Title
    date: dt.date | None = None
    undated: Title | None = None
    """What is known where the source bears no date."""

    @model_validator(mode="after")
    def _is_dated(self) -> Self:
        if (self.date is None) == (self.undated is None):
            raise ValueError("either `date`, or `undated` with what is known of the time, was expected")
        return self

    def __str__(self) -> str:
        """Quote it: outlet and day."""
        when = f"{self.date.day} {self.date:%b %Y}" if self.date else f"undated, {self.undated}"
        return f"{self.outlet}, {when}"


class Agency(Part):
    """An agency. With `count` there are so many of a kind: `lpk` becomes `lpk-01`, `lpk-02` and on."""

    name: Title
    role: Role
    region: Area | None = None
    """Where it acts for workers. An office or a social-insurance agency acts in the programme's region where nothing is said."""
    count: Annotated[int, Field(ge=1, le=999)] | None = None


class Workers(Part):
    """A group of workers who come for the same reason, reported by one agency."""

    count: Count
    are: Literal[LayoffKind, "jobseeker"]
    reported_by: Slug
    reported: Period
    wants: Annotated[list[Want], Field(min_length=1)]
    wishes: Wishes = {}
    """Shares: `{sewing: 3, welding > sewing: 1}`; none means any vocation."""
    regions: Regions | None = None
    """Shares by regency; the programme's own where nothing is said."""
    reach: JobReach = "province"
    employer: Title | None = None
    old_vocation: Vocation | None = None
    card: bool = False
    same_as: Name | None = None
    """They are the first people of that group, which stands above: another report of them."""
    mistyped: bool = False
    """Their NIKs are others than in that group, as when somebody mistyped them."""

    @model_validator(mode="after")
    def _fits_its_reason(self) -> Self:
        if self.are == "jobseeker" and (self.employer or self.old_vocation):
            raise ValueError(
                "`employer` and `old_vocation` belong to laid-off and furloughed workers, not to jobseekers"
            )
        if self.are != "jobseeker" and self.card:
            raise ValueError("`card` (AK1) belongs to jobseekers")
        if self.mistyped and self.same_as is None:
            raise ValueError("`mistyped` belongs beside `same_as`, the group whose NIKs were mistyped")
        return self


class Courses(Part):
    """Training packages of one kind: so many courses, each with so many seats."""

    count: Count = 1
    title: Title | None = None
    vocations: Vocations
    """Shares by which the courses are divided: `{sewing: 3, welding: 1}`, or one vocation."""
    providers: Annotated[list[Slug], Field(min_length=1)]
    """Who teaches, in turn."""
    region: Region | None = None
    reach: CourseReach = "regency"
    mode: Mode = "in-person"
    funding: Funding
    venue: Venue = "centre"
    seats: Count
    starts: Period
    days: Annotated[int, Field(ge=1, le=730)]


class Vacancies(Part):
    """Openings of one kind by place, one vacancy for each place."""

    title: Title | None = None
    vocation: Vocation
    posted_by: Slug
    posted: dt.date
    employer: Title
    certificate: bool = False
    """Whether they are for those alone who are certified in the vocation."""
    openings: Annotated[dict[VacancyPlace, Count], Field(min_length=1)]
    """By place: a regency's code (`34.04`) or a country's (`SG`)."""


class ExpectedFigure(Part):
    """A figure that must come out, the number, and its source. Without a source it is `assumed`, with the reason."""

    name: Title
    measure: Annotated[str, Field(min_length=3)]
    """`training.graduated`; several with ` + ` between are added up."""
    expected: Annotated[int, Field(ge=0)]
    at_least: bool = False
    source: Name | None = None
    says: str | None = None
    """The number as the source has it."""
    assumed: str | None = None

    @model_validator(mode="after")
    def _is_quoted_or_assumed(self) -> Self:
        if (self.source is None) == (self.assumed is None):
            raise ValueError("either `source` with `says`, or `assumed` with the reason, was expected")
        if (self.source is None) != (self.says is None):
            raise ValueError("`source` and `says` go together: who says it, and the number as they have it")
        return self


class Scenario(Part):
    """One programme."""

    name: Name
    title: Annotated[str, Field(min_length=1)]
    region: Region
    seed: int
    notes: str = ""
    """How the programme was made into a model: what is known, what was assumed, and why."""
    sources: dict[Name, Source] = {}
    """None where every figure is assumed."""
    agencies: Annotated[dict[Slug, Agency], Field(min_length=1)]
    workers: Annotated[dict[Name, Workers], Field(min_length=1)]
    courses: dict[Name, Courses] = {}
    vacancies: dict[Name, Vacancies] = {}
    then: list[ScenarioStep] = []
    figures: Annotated[list[ExpectedFigure], Field(min_length=1)]

    @cached_property
    def admitted(self) -> dict[str, Agency]:
        """Every single agency by its slug."""
        return {slug: agency for key, agency in self.agencies.items() for slug in _slugs(key, agency.count)}

    def area_of(self, agency: Agency) -> str | None:
        """Say where an agency acts for workers; None is all of Indonesia."""
        own = self.region if agency.role in ("office", "social-insurance") else "ID"
        area = agency.region or own
        return None if area == "ID" else area

    def slugs(self, key: str) -> list[str]:
        """Give the slugs that a name in the file stands for: its own, or those of all its kind."""
        return _slugs(key, self.agencies[key].count) if key in self.agencies else [key]

    def quote(self, figure: ExpectedFigure) -> str:
        """Say where a figure comes from: outlet, date and number, or why it is assumed."""
        return f"{self.sources[figure.source]}: {figure.says}" if figure.source else f"assumed: {figure.assumed}"


def _slugs(key: str, count: int | None) -> list[str]:
    if count is None:
        return [key]
    return [f"{key}-{nth:0{max(2, len(str(count)))}d}" for nth in range(1, count + 1)]
