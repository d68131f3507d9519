"""What of a worker's birth date and sex leaves the desk: the year and the sex, as stated, or else as the NIK tells."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from services.registration.identity import nik
from shared.events.vocabulary import Sex


class YearAndSex(NamedTuple):
    """The year of birth and the sex, as far as they are known."""

    birth_year: int | None
    sex: Sex | None


NOTHING: Final = YearAndSex(None, None)


def told_of(known: Mapping[str, Any], today: date) -> YearAndSex:
    """Say what is told of who a worker is: `known` holds what a `Person` does, each as it is written in JSON."""
    stated = known.get("birth_date")
    born = date.fromisoformat(stated) if stated else nik.birth_date_in(known["nik"], today)
    return YearAndSex(born.year if born else None, known.get("sex") or nik.sex_in(known["nik"]))
