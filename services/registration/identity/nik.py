"""What the NIK's sixteen digits tell: six the district, six the birth date (a woman's day + 40), four a serial number."""

from datetime import date
from typing import Final

from services.registration.identity import regions
from shared.events.vocabulary import Sex

WOMENS_DAY_OFFSET = 40
CENTURIES = (1900, 2000)
YOUNGEST, OLDEST = 10, 109
"""Ages in years between which a NIK's two-digit year means one century: whom the desk hears of is that old."""
NO_SUCH_DATE = "The birth date in `nik` (digits 7 to 12) does not exist; check it against the card."
OTHER_DATE = "The birth date in `nik` (digits 7 to 12) differs from `birth_date`; check both."
OTHER_SEX = "The sex in `nik` (a woman's day of birth is written with 40 added) differs from `sex`; check both."
NO_SERIAL: Final = "0000"
NOT_ISSUED = "No `nik` ends in 0000: a spreadsheet may have rounded it. Type it again from the card."
NO_PROVINCE = "No province has the code that `nik` begins with ({}); check it against the card."


def regency_code(nik: str) -> str:
    """Give the code of the regency or city that issued a NIK: `3306…` is `33.06`."""
    return f"{nik[:2]}.{nik[2:4]}"


def birth_dates(nik: str) -> list[date]:
    """Give the birth dates that a NIK can mean: one for each century in which that day exists."""
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    if day > WOMENS_DAY_OFFSET:
        day -= WOMENS_DAY_OFFSET
    found = []
    for century in CENTURIES:
        try:
            found.append(date(century + year, month, day))
        except ValueError:
            continue
    return found


def birth_date_in(nik: str, today: date) -> date | None:
    """Give the birth date that a NIK tells: the one by which the bearer is from 10 to 109 years old today. None where there is none."""
    return next((day for day in birth_dates(nik) if YOUNGEST <= _age(day, today) <= OLDEST), None)


def sex_in(nik: str) -> Sex | None:
    """Give the sex that a NIK tells. None where its birth date does not exist: its digits may be another's."""
    return _sex_written_in(nik) if birth_dates(nik) else None


def _sex_written_in(nik: str) -> Sex:
    return "female" if int(nik[6:8]) > WOMENS_DAY_OFFSET else "male"


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def impossible(nik: str) -> str | None:
    """Say why nobody holds this NIK, or None where somebody may: the serial 0000 is never issued, nor an unknown province."""
    if nik.endswith(NO_SERIAL):
        return NOT_ISSUED
    if nik[:2] not in regions.provinces():
        return NO_PROVINCE.format(nik[:2])
    return None


def is_possible(digits: str) -> bool:
    """Whether sixteen digits can be a NIK: an issued serial, a province and a day that exist."""
    return impossible(digits) is None and bool(birth_dates(digits))


def doubts(nik: str, birth_date: date | None, sex: Sex | None) -> list[str]:
    """Give the warnings about a NIK. A NIK is never refused for them: real cards have such mistakes."""
    possible = birth_dates(nik)
    if not possible:
        return [NO_SUCH_DATE]
    found = []
    if birth_date is not None and birth_date not in possible:
        found.append(OTHER_DATE)
    if sex is not None and sex != _sex_written_in(nik):
        found.append(OTHER_SEX)
    return found
