"""The steps that put right what was wrong: facts taken back and said anew, claims denied, identities corrected."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from scenarios.actions import Action, Chosen, Portion
from scenarios.field_types import Count, Name, Names, Region, Slug, Title
from shared.events.vocabulary import Result, RetractionReason


class Contest(Chosen):
    """Workers deny what an agency reported of them."""

    claimant: Slug


class Correct(Chosen):
    """The office corrects who workers are."""

    name: Title | None = None
    region: Region | None = None

    @model_validator(mode="after")
    def _corrects_something(self) -> Self:
        if self.name is None and self.region is None:
            raise ValueError("`name` or `region`, what is corrected, was expected")
        return self

    @property
    def particulars(self) -> dict[str, Any]:
        """What is right."""
        return {"correction": super().particulars}


class Pair(Chosen):
    """Workers and as many others, each beside the one whom the same place in its group has."""

    others: Name

    @property
    def particulars(self) -> dict[str, Any]:
        """Nothing but who the two are."""
        return {}


class Merge(Pair):
    """Two registrations are of one person."""


class KeepApart(Pair):
    """Two registrations are of two people; where they were merged, they are split."""


class AnswerMove(Chosen):
    """The office says whether workers have moved, as another office says."""

    agreed: bool


class SaidBefore(Portion):
    """What was said: in the step of a name, or of a group when it was reported, offered or posted."""

    said_in: Names | None = None
    reports_of: Names | None = None
    offers_of: Names | None = None
    postings_of: Names | None = None

    @model_validator(mode="after")
    def _names_one_source(self) -> Self:
        named = (self.said_in, self.reports_of, self.offers_of, self.postings_of)
        if sum(names is not None for names in named) != 1:
            raise ValueError("exactly one of `said_in`, `reports_of`, `offers_of` and `postings_of` was expected")
        return self


class Retract(SaidBefore):
    """It is taken back: by who said it, or by the worker's office."""

    on: date
    reason: RetractionReason = "typed-wrongly"
    by: Slug | None = None
    """Who takes it back; who said it, where nothing is said."""
    refused: bool = False
    """The desk must refuse it."""


class SayAgain(SaidBefore):
    """It is said anew, under a new id; what is given here takes the place of what was said."""

    on: date | None = None
    result: Result | None = None
    seats: Count | None = None
    openings: Count | None = None


class Expect(Action):
    """What the services must count by now: `{when: a result is taken back, training.graduated: 3}`."""

    when: Title
    figures: Annotated[dict[str, Annotated[int, Field(ge=0)]], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _read(cls, written: object) -> object:
        """Take every field but `when` for a figure."""
        if not isinstance(written, Mapping):
            return written
        figures = {name: value for name, value in written.items() if name != "when"}
        return {"figures": figures, **{name: value for name, value in written.items() if name == "when"}}
