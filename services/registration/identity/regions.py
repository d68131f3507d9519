"""The regencies and cities of Indonesia, by code and by the names that people write.

`regions.csv` is a plain list of the codes in Kepmendagri No 300.2.2-2138/2025 as compiled by idn-area-data
(https://github.com/fityannugroho/idn-area-data), whose database is under the Open Database License (ODbL) 1.0.
"""

import csv
import re
from functools import cache, lru_cache
from importlib import resources

_CODE = re.compile(r"^(\d\d)\.?(\d\d)$")
_KIND = re.compile(r"^(kabupaten|kab|kotamadya|kota)(?: administrasi| adm)?\b ?")
_NO_LETTERS = re.compile(r"[\W_]+")
CACHED_NAMES = 10_000


@cache
def names() -> dict[str, str]:
    """Give every code with its name, such as `33.06` with `Kabupaten Purworejo`."""
    text = (resources.files(__package__) / "regions.csv").read_text(encoding="utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}


@cache
def provinces() -> frozenset[str]:
    """Give the codes of the provinces, such as `33`."""
    return frozenset(code[:2] for code in names())


@lru_cache(maxsize=CACHED_NAMES)
def code_of(region: str) -> str | None:
    """Find the code of a region: `33.06`, `3306`, `KAB. PURWOREJO` and `purworejo` are the same one.

    A bare name that a regency and a city share (Bogor, Serang) has no code.
    """
    if digits := _CODE.match(region.strip()):
        code = f"{digits[1]}.{digits[2]}"
        return code if code in names() else None
    kind, name = _kind_and_name(region)
    found = [code for named, code in _by_name().get(name, ()) if kind in ("", named)]
    return found[0] if len(found) == 1 else None


@cache
def _by_name() -> dict[str, list[tuple[str, str]]]:
    known: dict[str, list[tuple[str, str]]] = {}
    for code, full in names().items():
        kind, name = _kind_and_name(full)
        known.setdefault(name, []).append((kind, code))
    return known


def _kind_and_name(region: str) -> tuple[str, str]:
    plain = _NO_LETTERS.sub(" ", region.casefold()).strip()
    kind = _KIND.match(plain)
    if kind is None:
        return "", plain
    return ("kabupaten" if kind[1].startswith("kab") else "kota"), plain[kind.end() :]
