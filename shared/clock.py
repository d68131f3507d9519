"""The clock: which day it is for the offices."""

from datetime import date, datetime, timedelta, timezone
from typing import Final

WESTERN_INDONESIA: Final = timezone(timedelta(hours=7))


def today() -> date:
    """Give the day in western Indonesia (WIB, UTC+7)."""
    return datetime.now(WESTERN_INDONESIA).date()
