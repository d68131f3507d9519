"""Areas: which route leads from a worker's region to a vacancy, and the queues of those who look for work in an area."""

from datetime import date
from typing import NamedTuple

from services.placement.domain.abroad import may_work_abroad
from services.placement.domain.entities import ANY_VOCATION, INDONESIA, Candidate, Vacancy, WalkIn
from shared.events.vocabulary import JobReach, Route
from shared.regions import province_of

WORLD = "WORLD"
"""The widest area. Like `INDONESIA` it is in capitals, and no region's name is: names are compared in lower case."""


class Queue(NamedTuple):
    """Those who look for work in one vocation within one area, in the order of `matching.rank`.

    With `certified` only those of them who are certified in the vocation.
    """

    vocation: str
    area: str
    certified: bool = False


def route_of(region: str | None, work: Vacancy | WalkIn) -> Route:
    """Derive the route (Permenaker 39/2016) to a vacancy, or to work that was found without one: in the worker's province, another one, or another country.

    A region that is known by its name alone is in the worker's province only where the worker's region has that name.
    """
    if work.is_abroad:
        return "AKAN"
    home = home_of(region)
    return "AKL" if home is not None and home == home_of(work.region) else "AKAD"


def home_of(region: str | None) -> str | None:
    """Give the province of a region, or the region's own name where the province is not known."""
    return province_of(region) or _name_of(region)


def reach_on(candidate: Candidate, today: date) -> JobReach:
    """Say how far a candidate can be referred today: as far as the reach, but abroad only who may work there."""
    return "national" if candidate.reach == "abroad" and not may_work_abroad(candidate, today) else candidate.reach


def queues_of(candidate: Candidate, today: date) -> list[Queue]:
    """Name the queues of a candidate: one for each vocation, in an area as wide as the candidate can be referred today.

    It says of each whether the candidate is certified in the vocation.
    """
    reach = reach_on(candidate, today)
    area = {"province": home_of(candidate.region), "national": INDONESIA, "abroad": WORLD}[reach]
    if area is None or candidate.place[0] is None:
        return []  # nothing is near an unknown region: the desk will say more
    return [Queue(vocation, area, vocation in candidate.certificates) for vocation in candidate.vocations]


def queues_called(vacancy: Vacancy) -> list[Queue]:
    """Name the queues of all whom a vacancy may fit: the vacancy calls its candidates from these.

    One that asks for a certificate calls those who are certified.
    """
    home = home_of(vacancy.region)
    areas = [WORLD] if vacancy.is_abroad else [*([home] if home else []), INDONESIA, WORLD]
    if vacancy.certificate:
        return [Queue(vacancy.vocation, area, certified=True) for area in areas]
    return [Queue(vocation, area) for area in areas for vocation in (vacancy.vocation, ANY_VOCATION)]


def areas_around(vacancy: Vacancy) -> list[str]:
    """Name the areas that a vacancy is in, from the nearest to the widest."""
    return [WORLD] if vacancy.is_abroad else [*_near(vacancy.region), INDONESIA]


def areas_searched(candidate: Candidate, today: date) -> list[str]:
    """Name the areas in which a candidate looks for work today, from the nearest to the widest within reach.

    A wider area may hold a nearer one, which has been searched by then.
    """
    beyond = {"province": [], "national": [INDONESIA], "abroad": [INDONESIA, WORLD]}[reach_on(candidate, today)]
    return [*_near(candidate.region), *beyond]


def _near(region: str | None) -> list[str]:
    """Name the region itself, then its province. `=` tells a region that is a whole province from all within it."""
    name, home = _name_of(region), home_of(region)
    return [f"={name}", home] if name and home else []


def _name_of(region: str | None) -> str | None:
    return (region or "").strip().casefold() or None
