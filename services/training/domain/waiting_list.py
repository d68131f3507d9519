"""The waiting list: how much of it must be read for some free seats, and which courses can fit some workers."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple, Protocol

from services.training.domain.areas import Area, areas_around, takes_from
from services.training.domain.entities import Course
from services.training.domain.portions import FreeSeats

ANY: Final = "*"
"""The vocation on the waiting list of those who will learn anything."""


class ListSection(NamedTuple):
    """Those on the waiting list who wish for `wished`, are not certified in `taught`, and live there.

    `seats` is how many of them have to be read, from the first in line on.
    """

    wished: str
    taught: str
    kind: str
    name: str
    seats: int


def sections_for(free_seats: Collection[FreeSeats]) -> list[ListSection]:
    """Name the sections of the waiting list in which everybody stands who can get one of these seats.

    Of each, as many workers are read as there are free seats within reach of those who stand in it. Nobody behind them
    can get one: each of those ahead either takes a seat, or finds that no seat is left in this section's courses. Only who declined
    a seat there may do neither: as many more are read as have declined one (`store.py`).
    """
    here: Counter[Area] = Counter()
    within: Counter[Area] = Counter()
    for seats in free_seats:
        area, *around = _widening(seats.course)
        here[area] += seats.left
        within.update(dict.fromkeys((area, *around), seats.left))
    sections = set()
    for course in (seats.course for seats in free_seats):
        area, *around = _widening(course)
        reachable = within[area] + sum(here[each] for each in around)
        sections |= {ListSection(wish, course.vocation, *area, reachable) for wish in (course.vocation, ANY)}
    return sorted(sections)


class Search(NamedTuple):
    """Courses that teach `wished` and take workers from the area of this kind and name."""

    wished: str
    kind: str
    name: str


class Seeker(Protocol):
    """A worker who looks for a course: an application, or the event that will become one."""

    @property
    def wishes(self) -> list[str]:
        """Vocations; none: any."""

    @property
    def region(self) -> str | None:
        """Where the worker lives."""


def searches_for(seekers: Iterable[Seeker]) -> list[Search]:
    """Name the searches that find every course that can fit one of these; those who will learn anything look for `ANY`."""
    asked = {(wish, seeker.region) for seeker in seekers for wish in seeker.wishes or [ANY]}
    return sorted({Search(wish, *area) for wish, region in asked for area in areas_around(region)})


def _widening(course: Course) -> tuple[Area, ...]:
    """Give the widest area that a course takes workers from, and the areas that hold that one."""
    return areas_around(course.region)[len(takes_from(course)) - 1 :]
