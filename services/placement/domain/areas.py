"""Areas: which route leads from a worker's region to a vacancy, and the queues of those who look for work in an area."""

from typing import NamedTuple

from services.placement.domain.entities import ANY_VOCATION, INDONESIA, Candidate, Vacancy
from shared.events.vocabulary import Route
from shared.regions import province_of

WORLD = "WORLD"
"""The widest area. Like `INDONESIA` it is in capitals, and no region's name is: names are compared in lower case."""


class Queue(NamedTuple):
    """Those who look for work in one vocation within one area, in the order of `matching.rank`."""

    vocation: str
    area: str


def route_of(region: str | None, vacancy: Vacancy) -> Route:
    """Derive the route (Permenaker 39/2016) to a vacancy: in the worker's province, another one, or another country.

    A region that is known by its name alone is in the worker's province only where the worker's region has that name.
    """
    if vacancy.country != INDONESIA:
        return "AKAN"
    home = home_of(region)
    return "AKL" if home is not None and home == home_of(vacancy.region) else "AKAD"


def home_of(region: str | None) -> str | None:
    """Give the province of a region, or the region's own name where the province is not known."""
    return province_of(region) or _name_of(region)


def queues_of(candidate: Candidate) -> list[Queue]:
    """Name the queues of a candidate: one for each vocation, in an area as wide as the candidate's reach."""
    area = {"province": home_of(candidate.region), "national": INDONESIA, "abroad": WORLD}[candidate.reach]
    if area is None or candidate.place[0] is None:
        return []  # nothing is near an unknown region: the desk will say more
    return [Queue(vocation, area) for vocation in candidate.vocations]


def queues_called(vacancy: Vacancy) -> list[Queue]:
    """Name the queues of all whom a vacancy may fit: the vacancy calls its candidates from these."""
    home = home_of(vacancy.region)
    areas = [WORLD] if vacancy.country != INDONESIA else [*([home] if home else []), INDONESIA, WORLD]
    return [Queue(vocation, area) for area in areas for vocation in (vacancy.vocation, ANY_VOCATION)]


def areas_around(vacancy: Vacancy) -> list[str]:
    """Name the areas that a vacancy is in, from the nearest to the widest."""
    return [WORLD] if vacancy.country != INDONESIA else [*_near(vacancy.region), INDONESIA]


def areas_searched(candidate: Candidate) -> list[str]:
    """Name the areas in which a candidate looks for work, from the nearest to the widest within reach.

    A wider area may hold a nearer one, which has been searched by then.
    """
    beyond = {"province": [], "national": [INDONESIA], "abroad": [INDONESIA, WORLD]}[candidate.reach]
    return [*_near(candidate.region), *beyond]


def _near(region: str | None) -> list[str]:
    """Name the region itself, then its province. `=` tells a region that is a whole province from all within it."""
    name, home = _name_of(region), home_of(region)
    return [f"={name}", home] if name and home else []


def _name_of(region: str | None) -> str | None:
    return (region or "").strip().casefold() or None
