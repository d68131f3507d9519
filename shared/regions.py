"""What a region's code tells: Kemendagri numbers provinces `33` and their regencies and cities `33.06`."""

import re
from functools import lru_cache

PROVINCE_DIGITS = 2
_REGENCY = re.compile(r"^(\d\d)\.\d\d$")


@lru_cache(maxsize=2_048)
def province_of(region: str | None) -> str | None:
    """Give the province's code of a regency's; nothing for a region that is known by another name alone."""
    found = _REGENCY.match(region or "")
    return found[1] if found else None


def covers(area: str | None, region: str | None) -> bool:
    """Whether a region lies in an agency's area: a regency (`33.06`), a province (`33`), or all of Indonesia (None).

    A region that is not known, or is known by its name alone, lies in all of Indonesia and nowhere else.
    """
    return area is None or region == area or (len(area) == PROVINCE_DIGITS and province_of(region) == area)


def in_area(region: str) -> str:
    """Write `covers` as SQL: whether the region in this column lies in the area `:area`."""
    regency = rf"({region} ~ '^\d\d\.\d\d$' AND left({region}, {PROVINCE_DIGITS}) = :area)"
    return f"(CAST(:area AS text) IS NULL OR {region} = :area OR {regency})"
