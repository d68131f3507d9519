"""Erases by itself whoever's last spell ended so many years ago (`PULIH_KEEP_YEARS`)."""

import logging
from datetime import date
from typing import Final

from services.registration.privacy.erasure import erase_whose_time_has_come
from shared import clock
from shared.database.unit_of_work import Database

log = logging.getLogger(__name__)

EVERY: Final = 86_400.0
"""Seconds between two looks."""


async def erase_who_is_due(database: Database, years: int) -> None:
    """Erase those whose last spell ended so many years ago."""
    if erased := await erase_whose_time_has_come(database, years_before(clock.today(), years)):
        log.info("workers were erased: their time had come", extra={"workers": erased, "years": years})


def years_before(day: date, years: int) -> date:
    """Give the day so many years before; before a 29 February it may be the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
