"""Areas: where a worker lives and where a course takes workers from (a regency, a province, anywhere)."""

from functools import lru_cache
from typing import Final, NamedTuple

from services.training.domain.entities import Course
from shared.events.vocabulary import CourseReach
from shared.regions import province_of


class Area(NamedTuple):
    """A kind of area and its name: `("regency", "33.06")`, `("province", "33")`, or `ANYWHERE`."""

    kind: str
    name: str


ANYWHERE: Final = Area("anywhere", "")
REACHES: Final[dict[CourseReach, tuple[str, ...]]] = {
    "regency": ("regency",),
    "province": ("regency", "province"),
    "national": ("regency", "province", "anywhere"),
}
"""How far a course reaches, as the kinds of areas that it takes workers from."""


@lru_cache(maxsize=2_048)
def areas_around(region: str | None) -> tuple[Area, ...]:
    """Name the areas that a worker in this region is in, the nearest first."""
    if region is None:
        return (ANYWHERE,)
    province = province_of(region)
    return (Area("regency", region), *([Area("province", province)] if province else []), ANYWHERE)


def takes_from(course: Course) -> list[Area]:
    """Name the areas that a course takes workers from, the nearest first; the last one holds all the others.

    A course without a region takes everybody, whatever its reach.
    """
    around = areas_around(course.region)
    return [area for area in around if course.region is None or area.kind in REACHES[course.reach]]
