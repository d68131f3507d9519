"""What the NIK's sixteen digits tell: the first six the district, the next six the birth date (a woman's day + 40)."""

from datetime import date

WOMENS_DAY_OFFSET = 40
CENTURIES = (1900, 2000)
NO_SUCH_DATE = "The birth date in `nik` (digits 7 to 12) does not exist; check it against the card."
OTHER_DATE = "The birth date in `nik` (digits 7 to 12) differs from `birth_date`; check both."


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


def doubts(nik: str, birth_date: date | None) -> list[str]:
    """Give the warnings about a NIK. A NIK is never refused for them: real cards have such mistakes."""
    possible = birth_dates(nik)
    if not possible:
        return [NO_SUCH_DATE]
    if birth_date is not None and birth_date not in possible:
        return [OTHER_DATE]
    return []
