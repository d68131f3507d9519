"""The CloudEvents that a scenario's agencies post: the same events and the same ids every time it is played.

So a scenario that was cut off can be played again from its start: what registration has already is a duplicate.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import msgspec

from scenarios.field_types import wished
from scenarios.model import Courses, Scenario, Vacancies, Workers
from scenarios.offerings import Course, Vacancy, courses_of, vacancies_of
from scenarios.people import Person
from scenarios.shares import mix
from shared.events import Event, facts, type_of

OFFERED_BEFORE: Final = timedelta(days=14)
"""So long before its first day a course is offered."""


@dataclass(frozen=True)
class ScenarioEvent:
    """One event, and the agency that posts it. `id` is unique in the scenario; the desk must refuse what is `refused`."""

    agency: str
    type: type[Event]
    id: str
    data: Mapping[str, Any]
    refused: bool = False


def reports(scenario: Scenario, name: str, people: list[Person]) -> Iterator[ScenarioEvent]:
    """Report a group of workers, in the order in which they came."""
    group = scenario.workers[name]
    kind = facts.JobseekerApplied if group.are == "jobseeker" else facts.LayoffReported
    wishes = mix(group.wishes, group.count) if group.wishes else [None] * group.count
    for nth, (person, wish) in enumerate(zip(people, wishes, strict=True)):
        data = {
            "on": group.reported.spread(nth, group.count),
            "person": described(person),
            "wants": group.wants,
            "wishes": wished(wish) if wish else [],
            "reach": group.reach,
            **_reason(group),
        }
        yield ScenarioEvent(group.reported_by, kind, f"report/{name}/{nth}", data)


def described(person: Person) -> dict[str, Any]:
    """Say who somebody is, as an agency types it."""
    return {
        "nik": person.nik,
        "name": person.name,
        "birth_date": person.birth_date,
        "sex": person.sex,
        "region": person.region,
        "email": person.email,
    }


def _reason(group: Workers) -> dict[str, Any]:
    if group.are == "jobseeker":
        return {"card": True} if group.card else {}
    known = {"employer": group.employer, "vocation": group.old_vocation}
    return {"kind": group.are, **{key: value for key, value in known.items() if value is not None}}


def offers(scenario: Scenario, name: str) -> Iterator[ScenarioEvent]:
    """Offer a group's courses."""
    group = scenario.courses[name]
    for course in courses_of(scenario, name):
        yield ScenarioEvent(
            course.provider, facts.CourseOffered, f"offer/{course.code}", _offer(scenario, group, course)
        )


def _offer(scenario: Scenario, group: Courses, course: Course) -> dict[str, Any]:
    return {
        "on": course.starts_on - OFFERED_BEFORE,
        "code": course.code,
        "title": group.title or course.vocation.capitalize(),
        "vocation": course.vocation,
        "region": group.region or scenario.region,
        "reach": group.reach,
        "mode": group.mode,
        "funding": group.funding,
        "venue": group.venue,
        "seats": course.seats,
        "starts_on": course.starts_on,
        "ends_on": course.ends_on,
    }


def postings(scenario: Scenario, name: str) -> Iterator[ScenarioEvent]:
    """Post a group's vacancies."""
    group = scenario.vacancies[name]
    for vacancy in vacancies_of(scenario, name):
        yield ScenarioEvent(vacancy.agency, facts.VacancyPosted, f"post/{vacancy.code}", _posting(group, vacancy))


def _posting(group: Vacancies, vacancy: Vacancy) -> dict[str, Any]:
    abroad = vacancy.place.isalpha()
    return {
        "on": group.posted,
        "code": vacancy.code,
        "title": group.title or group.vocation.capitalize(),
        "vocation": group.vocation,
        "employer": group.employer,
        "openings": vacancy.openings,
        **({"certificate": True} if group.certificate else {}),
        **({"country": vacancy.place} if abroad else {"region": vacancy.place}),
    }


def kept_back(scenario: Scenario) -> set[tuple[str, str]]:
    """Name the groups that come in a later step, and not at the start."""
    later = {"report": "workers", "offer": "courses", "post": "vacancies"}
    steps = [(later[step.verb], step.action) for step in scenario.then if step.verb in later]
    return {(kind, name) for kind, action in steps for name in getattr(action, kind)}


def opening(scenario: Scenario, people: Mapping[str, list[Person]]) -> Iterator[ScenarioEvent]:
    """Give the events of the start."""
    later = kept_back(scenario)
    for name in scenario.courses:
        yield from offers(scenario, name) if ("courses", name) not in later else ()
    for name in scenario.vacancies:
        yield from postings(scenario, name) if ("vacancies", name) not in later else ()
    for name in scenario.workers:
        yield from reports(scenario, name, people[name]) if ("workers", name) not in later else ()


def known_as(scenario: Scenario, event: ScenarioEvent) -> dict[str, str]:
    """Give the source and the id under which an event is posted."""
    return {"source": f"urn:pulih:scenario:{scenario.name}", "id": f"{scenario.seed}/{event.id}"}


def batch(scenario: Scenario, events: Iterable[ScenarioEvent]) -> bytes:
    """Write events as a CloudEvents batch."""
    return msgspec.json.encode(
        [
            {
                "specversion": "1.0",
                **known_as(scenario, event),
                "type": type_of(event.type),
                "datacontenttype": "application/json",
                "data": event.data,
            }
            for event in events
        ]
    )
