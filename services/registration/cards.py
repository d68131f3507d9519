"""The jobseeker's card (AK1): its number, and how long it is valid (two years, Permenaker 39/2016)."""

from datetime import date

from shared.regions import province_of

YEARS_VALID = 2
UNKNOWN_REGENCY = "0000"


def good_until(issued_on: date) -> date:
    """Give the last day of a card. One issued on 29 February ends on 28 February."""
    try:
        return issued_on.replace(year=issued_on.year + YEARS_VALID)
    except ValueError:
        return issued_on.replace(year=issued_on.year + YEARS_VALID, day=28)


def covers(issued_on: date, day: date) -> bool:
    """Whether cards issued on these two days would be valid at the same time."""
    return day <= good_until(issued_on) and issued_on <= good_until(day)


def number(region: str | None, issued_on: date, running: int) -> str:
    """Give a card's number: the regency's code, the year, a running number, as in `3306/2021/0000042`."""
    regency = region.replace(".", "") if region and province_of(region) else UNKNOWN_REGENCY
    return f"{regency}/{issued_on.year}/{running:07d}"
