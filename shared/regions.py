"""What a region's code tells: Kemendagri numbers provinces `33` and their regencies and cities `33.06`."""

import re
from functools import lru_cache

_REGENCY = re.compile(r"^(\d\d)\.\d\d$")


@lru_cache(maxsize=2_048)
def province_of(region: str | None) -> str | None:
    """Give the province's code of a regency's; nothing for a region that is known by another name alone."""
    found = _REGENCY.match(region or "")
    return found[1] if found else None
