"""The tables in benchmarks/README.md are those of the figures beside it: nobody has touched them up."""

import json
from pathlib import Path

import pytest

from benchmarks import tables

BENCHMARKS = Path(tables.__file__).parent
RESULTS = sorted(path.name for path in (BENCHMARKS / "results").glob("*.json") if not path.stem.endswith("-small"))


def test_every_ruler_was_used_on_both_stacks():
    rulers = ("chain", "desk", "hop", "latency")
    assert {f"{ruler}-{stack}.json" for ruler in rulers for stack in ("containers", "embedded")} <= set(RESULTS)


@pytest.mark.parametrize("name", RESULTS)
def test_the_page_shows_what_was_measured(name):
    content = json.loads((BENCHMARKS / "results" / name).read_text())
    shown = (BENCHMARKS / "README.md").read_text()
    assert tables.of(content) in shown
    assert content["machine"]["date"] in shown
