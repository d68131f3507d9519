"""What all steps have in common, and those that choose workers or courses."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from scenarios.field_types import Count, Names, Slug

Share = Annotated[int, Field(ge=0)]


class Action(BaseModel):
    """Something that agencies do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def beside(self, base: "type[Action]") -> dict[str, Any]:
        """Give what the step says beside the fields of a base."""
        return self.model_dump(exclude=set(base.model_fields), exclude_none=True)


class Portion(Action):
    """Some of those that the step is about, in their order."""

    after: Share = 0
    """How many are passed over."""
    first: Count | None = None
    """How many are taken; all where nothing is said."""


class OfCourses(Action):
    """All courses of some groups."""

    courses: Names
    on: date


class Chosen(Portion):
    """Some workers: of groups, in the order in which they were reported, or of courses, in the order of seats."""

    workers: Names | None = None
    participants_of: Names | None = None
    graduates_of: Names | None = None
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

    @property
    def particulars(self) -> dict[str, Any]:
        """What is said of each worker, beside the day."""
        return self.beside(Chosen)
