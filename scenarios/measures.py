"""The figures that the four services keep, by name, and how a scenario's measure is read from them."""

import re
from collections.abc import Mapping

FIGURES = {
    "registration": """workers workers.merged spells spells.open spells.to-be-asked spells.withdrawn spells.placed claims claims.standing reported reported.laid-off
        reported.furloughed applied.jobseekers accepted cards cards.valid referred-by-union agencies agencies.ROLE grants
        grants.daily-allowance grants.tools grants.business-credit questioned retracted erased data-keys.missing data-keys.master.KEY""",
    "training": """courses courses.open courses.paused courses.cancelled courses.funding.WORD courses.venue.WORD
        courses.mode.WORD courses.days.NUMBER providers seats seats.taken seats.free seats.unused seated no-shows declined
        left-early applied enrolled waiting withdrawn refused absent in-training graduated
        not-completed not-completed.failed not-completed.left certificates graduated.vocation.VOCATION
        graduated.provider.AGENCY graduated.venue.WORD graduated.sex.female graduated.sex.male graduated.sex.unknown in-training.vocation.VOCATION applied.vocation.VOCATION
        seats.vocation.VOCATION passed-on paused-then-resumed""",
    "placement": """candidates looking training-first to-be-asked referred referrals lapsed placed placed.hired placed.recalled
        placed.self-employed placed.sex.female placed.sex.male placed.sex.unknown placed.grade.GRADE placed.retained placed.lost placed.route.AKL placed.route.AKAD placed.route.AKAN placed.country.COUNTRY
        placed.province.PROVINCE placed.region.REGION vacancies vacancies.open openings openings.left openings.waiting""",
    "notification": "messages messages.worker messages.agency messages.agency.AGENCY delivered failed pending withheld",
}
_ANY = {
    "ROLE": r"(office|employer|union|social-insurance|training-provider)",
    "WORD": r"[A-Za-z-]+",
    "GRADE": r"(employer-says|confirmed|still-working-(3|6|12)-months)",
    "NUMBER": r"[1-9]\d*",
    "KEY": r"[\w-]+",
    "COUNTRY": r"[A-Z]{2}",
    "PROVINCE": r"\d\d",
    "REGION": r"\d\d\.\d\d",
}


def names() -> list[str]:
    """Give every figure's name, with its service's before it."""
    return [f"{service}.{name}" for service, known in FIGURES.items() for name in known.split()]


def is_known(figure: str, *, vocations: set[str], agencies: set[str]) -> bool:
    """Say whether a service keeps such a figure; a vocation and an agency must be the programme's own."""
    for name in names():
        stem, _, last = name.rpartition(".")
        if last in {"VOCATION", "AGENCY"}:
            own = vocations if last == "VOCATION" else agencies
            if figure.startswith(f"{stem}.") and figure.removeprefix(f"{stem}.") in own:
                return True
        elif last in _ANY:
            if re.fullmatch(re.escape(f"{stem}.") + _ANY[last], figure):
                return True
        elif figure == name:
            return True
    return False


def terms(measure: str) -> list[str]:
    """Give the figures that a measure adds up."""
    return [term.strip() for term in measure.split(" + ")]


def read(measure: str, figures: Mapping[str, Mapping[str, int]]) -> int:
    """Add up a measure from the services' figures, by service and name; a figure that is not there is 0."""
    total = 0
    for term in terms(measure):
        service, _, name = term.partition(".")
        total += figures[service].get(name, 0)
    return total
