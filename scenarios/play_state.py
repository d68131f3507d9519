"""The state of a scenario that is being played: its people, their ids, and who is on which course or referred."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from scenarios.actions import Portion
from scenarios.agency_clients import AgencyClients, PlayFailed
from scenarios.events import ScenarioEvent
from scenarios.model import Scenario
from scenarios.offerings import Course, Vacancy, courses_of, vacancies_of
from scenarios.outcome import FigureResult, since
from scenarios.people import Person, people_of
from scenarios.watching import Snapshot

T = TypeVar("T")
HOLDING = ("in-training", "graduated", "not-completed")
"""States of those who hold or used a seat."""
NOTHING = Snapshot({})
"""What is seen where nobody has looked."""


@dataclass(frozen=True)
class Seated:
    """A participant: the worker, the course, the seat and what became of it."""

    worker: str
    course: Course
    seat: int
    state: str


@dataclass(frozen=True)
class Referred:
    """A worker who was proposed for a vacancy; `id` tells which came first."""

    worker: str
    id: str
    state: str


@dataclass
class PlayState:
    """A scenario that is being played. `workers` are each group's, in the order in which they were reported.

    `said` is what was posted in each step that has a name, and `results` are the figures that were expected on the way.
    `was_begun` says that some of its events had been posted there before: it was cut off. `before` is what was there when
    it began this time, and `now` what the last look saw.
    """

    scenario: Scenario
    clients: AgencyClients
    people: dict[str, list[Person]]
    before: Snapshot = NOTHING
    now: Snapshot = NOTHING
    workers: dict[str, list[str]] = field(default_factory=dict)
    said: dict[str, list[ScenarioEvent]] = field(default_factory=dict)
    results: list[FigureResult] = field(default_factory=list)
    was_begun: bool = False

    @classmethod
    def of(cls, scenario: Scenario, clients: AgencyClients, before: Snapshot) -> "PlayState":
        """Begin a scenario."""
        return cls(scenario, clients, people_of(scenario), before, before)

    @property
    def added(self) -> Mapping[str, Mapping[str, int]]:
        """What the scenario added to each figure; where it was cut off, its earlier part belongs to it: all that is there."""
        return since({} if self.was_begun else self.before.figures, self.now.figures)

    def courses(self, groups: Sequence[str]) -> list[Course]:
        """List the courses of groups."""
        return [course for name in groups for course in courses_of(self.scenario, name)]

    def vacancies(self, groups: Sequence[str]) -> list[Vacancy]:
        """List the vacancies of groups."""
        return [vacancy for name in groups for vacancy in vacancies_of(self.scenario, name)]

    async def ids_of(self, vacancies: Sequence[Vacancy]) -> dict[Vacancy, str]:
        """Ask placement, as the agencies that posted them, for the ids of vacancies."""
        by_code = {(one.agency, one.code): one for one in vacancies}
        return {
            by_code[agency, item["code"]]: item["vacancy"]
            for agency in dict.fromkeys(one.agency for one in vacancies)
            for item in await self.clients.items("placement", "/vacancies", agency=agency)
            if (agency, item["code"]) in by_code
        }

    async def seated(self, groups: Sequence[str]) -> list[Seated]:
        """Ask training, as each provider, who holds or used a seat on groups' courses: by course, then by seat."""
        courses = {course.code: course for course in self.courses(groups)}
        found: list[Seated] = []
        for provider in dict.fromkeys(course.provider for course in courses.values()):
            for item in await self.clients.items("training", "/participants", agency=provider):
                course = courses.get(item["course"])
                if course and course.provider == provider and item["state"] in HOLDING:
                    found.append(Seated(item["worker"], course, item["seat"], item["state"]))
        order = {code: nth for nth, code in enumerate(courses)}
        return sorted(found, key=lambda one: (order[one.course.code], one.seat))

    async def referred(self, vacancy: Vacancy, all_of: dict[str, list[dict[str, Any]]]) -> list[Referred]:
        """Ask placement, as the agency that posted it, who was referred to a vacancy: in the order of referral."""
        if vacancy.agency not in all_of:
            all_of[vacancy.agency] = await self.clients.items("placement", "/referrals", agency=vacancy.agency)
        of_it = (item for item in all_of[vacancy.agency] if item["vacancy"] == vacancy.code)
        return sorted((Referred(one["worker"], one["referral"], one["state"]) for one in of_it), key=lambda one: one.id)


def portion_of(found: Sequence[T], portion: Portion, what: str) -> Sequence[T]:
    """Pass some over and take the next, as the step says. Raises `PlayFailed` where there are too few, or none."""
    taken = found[portion.after :][: portion.first]
    if not taken or len(taken) < (portion.first or 0):
        raise PlayFailed(
            f"{portion.first or 'some'} {what} were to be chosen after the first {portion.after}; there are {len(found)}"
        )
    return taken
