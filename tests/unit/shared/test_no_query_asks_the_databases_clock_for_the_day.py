"""The day comes from `shared/clock.py`, which a practice stack moves; a query that asked PostgreSQL would know another one."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FILES = [
    path
    for folder in ("services", "shared")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]
DAY_OF_THE_DATABASE = re.compile(r"current_date|now\(\)\s*::\s*date|localtimestamp", re.IGNORECASE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_query_asks_the_database(path: Path):
    assert DAY_OF_THE_DATABASE.findall(path.read_text()) == []


def test_the_pattern_finds_such_a_query():
    assert DAY_OF_THE_DATABASE.search("SELECT CURRENT_DATE - applied_on")
