"""The clock: which day it is for the offices.

A practice stack's clock can be moved (`shared/practice.py`), so that a story of weeks is played in seconds. Leases, pauses and
the times of envelopes keep real time.
"""

from datetime import date, datetime, timedelta, timezone
from typing import Final

WESTERN_INDONESIA: Final = timezone(timedelta(hours=7))


class _Clock:
    """The one clock of the process: `ahead` is how far it was moved."""

    ahead = timedelta(0)


def today() -> date:
    """Give the day in western Indonesia (WIB, UTC+7), as far from the real one as the clock was moved."""
    return real_today() + _Clock.ahead


def real_today() -> date:
    """Give the real day in western Indonesia."""
    return datetime.now(WESTERN_INDONESIA).date()


def move(ahead: timedelta) -> None:
    """Let the clock of this process be so far ahead of the real day, or behind it; whole days."""
    _Clock.ahead = ahead
