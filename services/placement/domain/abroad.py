"""Work abroad (AKAN): who may be referred to it on a day, and from which day on that is otherwise.

Law 18/2017, article 5, and Permenaker 39/2016: from the age of 18, with a jobseeker's card (AK1). Only the year of birth is known here. So
who turns 18 in a year waits for the next.
"""

from datetime import MAXYEAR, date, timedelta

from services.placement.domain.entities import Candidate

AGE = 18
"""The age in years from which a worker may be placed abroad."""


def may_work_abroad(candidate: Candidate, today: date) -> bool:
    """Whether a candidate is certainly 18 and has a card that is good today. Of whom the year of birth is unknown, it is not certain."""
    if candidate.birth_year is None or today < _of_age_from(candidate.birth_year):
        return False
    until = candidate.card_is_good_until
    return until is not None and today <= until


def is_known_to_be_too_young(candidate: Candidate, today: date) -> bool:
    """Whether the year of birth is known, and by it the candidate is not certainly 18."""
    return candidate.birth_year is not None and today < _of_age_from(candidate.birth_year)


def changes_on(candidate: Candidate, today: date) -> date | None:
    """Give the next day on which a candidate who would go abroad may do so, or no longer may; None where time alone changes nothing."""
    if candidate.reach != "abroad" or candidate.birth_year is None:
        return None
    until = candidate.card_is_good_until
    if until is None or until < today:
        return None
    of_age_from = _of_age_from(candidate.birth_year)
    if of_age_from <= today:
        return until + timedelta(days=1)
    return of_age_from if of_age_from <= until else None


def _of_age_from(birth_year: int) -> date:
    """Give the first day on which whoever was born in a year is certainly 18."""
    return date(min(birth_year + AGE + 1, MAXYEAR), 1, 1)
