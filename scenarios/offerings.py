"""The courses and vacancies of a scenario's groups, one by one, each with the agency's own code."""

from dataclasses import dataclass
from datetime import date, timedelta

from scenarios.model import Scenario
from scenarios.shares import mix


@dataclass(frozen=True)
class Course:
    """One course of a group."""

    code: str
    provider: str
    vocation: str
    starts_on: date
    ends_on: date
    seats: int


@dataclass(frozen=True)
class Vacancy:
    """One vacancy of a group."""

    code: str
    agency: str
    place: str
    openings: int


def courses_of(scenario: Scenario, name: str) -> list[Course]:
    """List a group's courses: vocations by their shares, providers in turn, starts spread over the period."""
    group = scenario.courses[name]
    providers = [slug for key in group.providers for slug in scenario.slugs(key)]
    return [
        Course(
            code=f"{name}-{nth + 1:03d}",
            provider=providers[nth % len(providers)],
            vocation=vocation,
            starts_on=(start := group.starts.spread(nth, group.count)),
            ends_on=start + timedelta(days=group.days - 1),
            seats=group.seats,
        )
        for nth, vocation in enumerate(mix(group.vocations, group.count))
    ]


def vacancies_of(scenario: Scenario, name: str) -> list[Vacancy]:
    """List a group's vacancies: one for each place."""
    group = scenario.vacancies[name]
    return [Vacancy(f"{name}-{place}", group.posted_by, place, openings) for place, openings in group.openings.items()]
