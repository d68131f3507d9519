"""Tests that have a longer form: `make long` runs it, `make test` the short one.

`make long` sets PULIH_LONG=1. Another number is how many thousand random stories each of them plays.
"""

import os
from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

Test = TypeVar("Test", bound=Callable[..., object])
THOUSANDS = float(os.environ.get("PULIH_LONG") or 0)
only = (pytest.mark.long, pytest.mark.skipif(not THOUSANDS, reason="takes minutes; `make long` runs it"))
"""The marks of what `make test` leaves out."""
_stories = settings(
    max_examples=int(1_000 * THOUSANDS) or 25,
    derandomize=not THOUSANDS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def stories(test: Test) -> Test:
    """Play random stories: the same 25 in `make test`, a thousand others each time in `make long`."""
    marked: Test = pytest.mark.long(_stories(test))
    return marked
