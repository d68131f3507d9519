"""The types of a scenario file's fields: how a day, a share, a wish or a list of groups is written."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

import msgspec
from pydantic import AfterValidator, BeforeValidator, Field

from shared.events import vocabulary

_RANGE = re.compile(r"^\s*(\S+?)\s+to\s+(\S+?)\s*$")
_REGENCY = re.compile(r"^\d\d\.\d\d$")
BETTER = ">"
"""Between two vocations: the first is wished for more than the second."""


@dataclass(frozen=True)
class Days:
    """From one day to another, both included."""

    first: date
    last: date

    def spread(self, nth: int, count: int) -> date:
        """Give the day of the nth (from 0) of `count` who come evenly over these days, in order."""
        return self.first + timedelta(days=nth * ((self.last - self.first).days + 1) // count)


def days(written: object) -> Days:
    """Read `2021-02-03` or `2021-02-03 to 2021-03-31`. Raises `ValueError`."""
    if isinstance(written, Days):
        return written
    text = str(written)
    found = _RANGE.match(text)
    try:
        first, last = (date.fromisoformat(part.strip()) for part in (found.groups() if found else (text, text)))
    except ValueError:
        raise ValueError(
            f"a day such as 2021-02-03, or `2021-02-03 to 2021-03-31`, was expected, not {text!r}"
        ) from None
    if last < first:
        raise ValueError(f"{last} comes before {first}")
    return Days(first, last)


def region_code(written: str) -> str:
    """Check that a region is a regency's or city's Kemendagri code. Raises `ValueError`."""
    if not _REGENCY.match(written):
        raise ValueError(f"a Kemendagri code such as 33.06 was expected, not {written!r}")
    return written


def area_code(written: str) -> str:
    """Check that an area is a regency's code, a province's, or `ID` for all of Indonesia. Raises `ValueError`."""
    if written == "ID" or re.match(r"^\d\d(\.\d\d)?$", written):
        return written
    raise ValueError(
        f"a Kemendagri code such as 33.06 or 33, or ID for all of Indonesia, was expected, not {written!r}"
    )


def vacancy_place(written: str) -> str:
    """Check that a place is a regency's code or a country's. Raises `ValueError`."""
    if re.match(r"^[A-Z]{2}$", written) or _REGENCY.match(written):
        return written
    raise ValueError(f"a Kemendagri code such as 33.06 or a country such as SG was expected, not {written!r}")


def as_the_contract_has_it(kind: Any) -> Callable[[str], str]:  # noqa: ANN401  an annotated type is no class
    """Make a check that a word is what an event may carry: there is one contract, and it is not written twice."""
    (meta,) = kind.__metadata__

    def check(written: str) -> str:
        try:
            return str(msgspec.convert(written, kind))
        except msgspec.ValidationError:
            raise ValueError(f"{written!r} was expected to be {meta.description or 'of 1 to 120 letters'}") from None

    return check


def vocation(written: str) -> str:
    """Check a vocation; upper and lower case mean the same. Raises `ValueError`."""
    return as_the_contract_has_it(vocabulary.Vocation)(written.strip()).lower()


def wish(written: str) -> str:
    """Check a wish: one vocation, or several from the best (`sewing > welding`). Raises `ValueError`."""
    return f" {BETTER} ".join(vocation(part) for part in written.split(BETTER))


def wished(wish: str) -> list[str]:
    """Give a wish's vocations, from the best."""
    return wish.split(f" {BETTER} ")


def _one_is_many(written: object) -> object:
    return [written] if isinstance(written, str) else written


def _one_is_all(written: object) -> object:
    return {written: 1} if isinstance(written, str) else written


Count = Annotated[int, Field(ge=1, le=100_000)]
Period = Annotated[Days, BeforeValidator(days)]
Region = Annotated[str, AfterValidator(region_code)]
Area = Annotated[str, AfterValidator(area_code)]
VacancyPlace = Annotated[str, AfterValidator(vacancy_place)]
Vocation = Annotated[str, AfterValidator(vocation)]
Wish = Annotated[str, AfterValidator(wish)]
Slug = Annotated[str, AfterValidator(as_the_contract_has_it(vocabulary.Slug))]
Title = Annotated[str, Field(min_length=1, max_length=120)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", description="a-z, 0-9 and -")]
Names = Annotated[list[Name], BeforeValidator(_one_is_many), Field(min_length=1)]
Wishes = Annotated[dict[Wish, Count], BeforeValidator(_one_is_all)]
Vocations = Annotated[dict[Vocation, Count], BeforeValidator(_one_is_all), Field(min_length=1)]
Regions = Annotated[dict[Region, Count], BeforeValidator(_one_is_all), Field(min_length=1)]
