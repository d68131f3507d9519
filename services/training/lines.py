"""How far down the waiting list one has to look for the free seats of some courses: pure arithmetic, no database."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, NamedTuple, Protocol

from services.training.domain import Place, places_around, takes_from
from services.training.entities import Course

ANY: Final = "*"
"""Stands on the waiting list for the vocation of who will learn anything."""

PORTION: Final = 1_000
"""So many seats are filled at a time: PostgreSQL ends a transaction whose program thinks for five seconds."""


class Line(NamedTuple):
    """Those on the waiting list who wish for `wished`, are not certified in `taught`, live there and applied by then.

    `seats` is how many heads of the line have to be looked at.
    """

    wished: str
    taught: str
    kind: str
    name: str
    ends_on: date
    seats: int


def lines_to(courses: Iterable[Course]) -> list[Line]:
    """Name the lines that lead to the free seats of these courses.

    In each, as many heads count as there are free seats within reach of those who stand in it. Nobody behind them can
    get one: each of those ahead either takes a seat, or finds that no seat is left in this line's courses.
    """
    with_room = [course for course in courses if course.has_room]
    here: Counter[Place] = Counter()
    within: Counter[Place] = Counter()
    for course in with_room:
        place, *around = _widening(course)
        here[place] += course.free
        within.update(dict.fromkeys((place, *around), course.free))
    lines = set()
    for course in with_room:
        place, *around = _widening(course)
        seats = within[place] + sum(here[each] for each in around)
        lines |= {Line(wish, course.vocation, *place, course.ends_on, seats) for wish in (course.vocation, ANY)}
    return sorted(lines)


class Search(NamedTuple):
    """Courses that teach `wished` and take workers from the place of this kind and name."""

    wished: str
    kind: str
    name: str


class Seeker(Protocol):
    """Who looks for a course: an application, or the event that will become one."""

    @property
    def wishes(self) -> list[str]:
        """Vocations; none: any."""

    @property
    def region(self) -> str | None:
        """Where they live."""

    @property
    def applied_on(self) -> date:
        """The day of application."""


def searches_for(seekers: Iterable[Seeker]) -> list[Search]:
    """Name the searches that find every course that could fit one of these: those who will learn anything look for `ANY`."""
    asked = {(wish, seeker.region) for seeker in seekers for wish in seeker.wishes or [ANY]}
    return sorted({Search(wish, *place) for wish, region in asked for place in places_around(region)})


def portions(courses: Iterable[Course]) -> Iterator[list[Course]]:
    """Name the courses to be filled at a time: at most `PORTION` free seats that have opened up.

    A larger course opens as many seats, again and again, until it is full or nobody is left. The first portion has all
    courses that had room before, too.
    """
    with_room = [course for course in courses if course.has_room]
    portion, seats = [course for course in with_room if not course.has_opened_up], 0
    for course in with_room:
        if not course.has_opened_up:
            continue
        if seats + course.free > PORTION and seats:
            yield portion
            portion, seats = [], 0
        while course.free > PORTION:
            course.held_back = course.free - PORTION
            yield [*portion, course]
            portion, nobody_is_left, course.held_back = [], course.has_room, 0
            if nobody_is_left:
                break
        portion.append(course)
        seats += course.free
    yield portion


def _widening(course: Course) -> tuple[Place, ...]:
    """Give the widest place that a course takes workers from, and the places that hold that one."""
    return places_around(course.region)[len(takes_from(course)) - 1 :]
