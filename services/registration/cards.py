"""The jobseeker's card (AK1): its number, and how long it is good (two years, Permenaker 39/2016)."""

from datetime import date

from shared.regions import province_of

YEARS = 2
UNKNOWN = "0000"


def good_until(issued_on: date) -> date:
    """Give the last day of a card. One issued on 29 February ends on 28 February."""
    try:
        return issued_on.replace(year=issued_on.year + YEARS)
    except ValueError:
        return issued_on.replace(year=issued_on.year + YEARS, day=28)


def covers(issued_on: date, day: date) -> bool:
    """Whether a card would still be good on a day, or begins less than two years after it: two never overlap."""
    return day <= good_until(issued_on) and issued_on <= good_until(day)


def number(region: str | None, issued_on: date, running: int) -> str:
    """Write a card's number: the regency's code, the year, a running number. `3306/2021/0000042`."""
    place = region.replace(".", "") if region and province_of(region) else UNKNOWN
    return f"{place}/{issued_on.year}/{running:07d}"
