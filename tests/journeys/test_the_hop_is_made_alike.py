"""The rulers measure what Pulih does now: ways of the hop end with the same rows and events. The peers' packages are not installed here."""

import pytest

from benchmarks.hop import rig
from benchmarks.stacks import stack_of

EVENTS = 320


@pytest.fixture(scope="module")
def measured():
    with stack_of("embedded") as stack:
        yield stack


@pytest.mark.parametrize("way", ["ours", "floor", "naive"])
async def test_each_way_ends_with_what_must_be_left_behind(measured, way, tmp_path):
    made = await rig.measure(measured, way, EVENTS, tmp_path)
    assert (made.way, made.events) == (way, EVENTS)
