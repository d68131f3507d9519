"""Who gets a seat: the order of the waiting list, what fits a worker, and which fitting course is the best.

To change the waiting list's order, change `WAITING_ORDER` below; nothing else decides it. The database reads the list
by the same names (`store.py`, `listings.py`), and its indexes follow them (`migrations/training_1.py`).
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from itertools import accumulate
from operator import attrgetter
from typing import Any, Final

from services.training.entities import Application, Course, Enrolment
from shared.events.vocabulary import CourseReach
from shared.regions import province_of

WAITING_ORDER: Final = ("applied_on", "position", "worker")
"""THE ORDER OF THE WAITING LIST, the first name counting most: the day of application, then the order of arrival at the
front desk, then the worker's id. Each is a field of `Application` and a column of `application` and `wish`, ascending.

Asked for otherwise? Name other fields here, and give `application_waiting` and the `wish_…` indexes the same columns in
a new migration (without them the list is right, but slow). `test_the_list_is_read_in_the_order_of_the_rule.py` fails
while the two disagree.
"""

Place = tuple[str, str]
"""A kind of place and its name: `("regency", "33.06")`, `("province", "33")`, or `ANYWHERE`."""
ANYWHERE: Final[Place] = ("anywhere", "")
REACHES: Final[dict[CourseReach, tuple[str, ...]]] = {
    "regency": ("regency",),
    "province": ("regency", "province"),
    "national": ("regency", "province", "anywhere"),
}
"""How far a course reaches, as the kinds of places that it takes workers from."""
_ANY_VOCATION: Final = ((None,),)


def place_in_line(application: Application) -> Any:  # noqa: ANN401  whatever the order names
    """Sort key of the waiting list: see `WAITING_ORDER`."""
    return attrgetter(*WAITING_ORDER)(application)


@lru_cache(maxsize=2_048)
def places_around(region: str | None) -> tuple[Place, ...]:
    """Name the places that a worker in this region is in, the nearest first."""
    if region is None:
        return (ANYWHERE,)
    province = province_of(region)
    return (("regency", region), *([("province", province)] if province else []), ANYWHERE)


def takes_from(course: Course) -> list[Place]:
    """Name the places that a course takes workers from, the nearest first; the last one holds all the others.

    A course without a region takes everybody, whatever its reach.
    """
    around = places_around(course.region)
    return [place for place in around if course.region is None or place[0] in REACHES[course.reach]]


def preference(course: Course) -> tuple[date, str, str]:
    """Sort key among courses that are wished for and near alike: the earlier one, then provider, then code."""
    return course.starts_on, course.agency, course.code


def allocate(
    applications: Iterable[Application], courses: Iterable[Course]
) -> tuple[list[Application], list[Application]]:
    """Give free seats to applications in the order of the waiting list, each on the course that fits best.

    A course fits when its vocation is wished for (no wishes: any) and new to the worker, when it takes workers from
    where the worker lives, and when it has not ended before the worker applied. The best is the one wished for first;
    then the nearest (same regency, same province, elsewhere); then `preference`.

    Answers those who got a seat (it is their `enrolment`) and those who did not. Courses keep count of their seats.
    """
    line = sorted(applications, key=place_in_line)
    free = _FreeSeats(courses)
    seated, waiting = [], []
    for application, earliest in zip(line, _earliest_from_here(line), strict=True):
        course = free.best_for(application, earliest)
        if course is None:
            waiting.append(application)
        else:
            _enrol(application, course)
            seated.append(application)
    return seated, waiting


def _enrol(application: Application, course: Course) -> None:
    seat, passed_on = course.give_seat()
    application.enrolments.append(
        Enrolment(
            worker=application.worker,
            spell=application.spell,
            course=course.id,
            vocation=course.vocation,
            seat=seat,
            basis=f"{ordinal(seat)} of {course.seats}; applied {application.applied_on}",
            from_waiting_list=application.came == "from-the-list",
            passed_on=passed_on,
        )
    )
    application.turn("in-training")


def _earliest_from_here(line: list[Application]) -> list[date]:
    """For each place in line, the earliest day on which somebody from there on applied."""
    return list(accumulate((application.applied_on for application in reversed(line)), min))[::-1]


class _FreeSeats:
    """Courses with room, by vocation and by the places they take workers from; the preferred one is last in its row.

    Rows only shrink, so that finding the best course costs the same however many courses there are.
    """

    def __init__(self, courses: Iterable[Course]) -> None:
        self._rows: defaultdict[str | None, defaultdict[Place, list[Course]]] = defaultdict(lambda: defaultdict(list))
        with_room = sorted((course for course in courses if course.has_room), key=preference, reverse=True)
        self._vocations = sorted({course.vocation for course in with_room})
        for course in with_room:
            for place in takes_from(course):
                self._rows[course.vocation][place].append(course)
                self._rows[None][place].append(course)  # for who will learn anything

    def best_for(self, application: Application, earliest: date) -> Course | None:
        applied_on, around = application.applied_on, places_around(application.region)
        for vocations in self._choices(application):
            taught = [self._rows[vocation] for vocation in vocations if vocation in self._rows]
            for place in around if taught else ():
                found = [
                    course
                    for rows in taught
                    if (row := rows.get(place)) and (course := self._first(row, applied_on, earliest)) is not None
                ]
                if found:
                    return min(found, key=preference)
        return None

    def _choices(self, application: Application) -> Iterable[Iterable[str | None]]:
        """Which vocations to try, group after group; None stands for all of them together."""
        if application.wishes:
            return zip(application.would_learn)
        if application.certified:
            return ([vocation for vocation in self._vocations if vocation not in application.certified],)
        return _ANY_VOCATION

    def _first(self, row: list[Course], applied_on: date, earliest: date) -> Course | None:
        while row and (not row[-1].has_room or row[-1].ends_on < earliest):
            row.pop()  # of no use to anybody further down the line either
        for course in reversed(row):
            if course.has_room and applied_on <= course.ends_on:
                return course
        return None


def ordinal(number: int) -> str:
    """Write 1st, 2nd, 3rd, 4th, 11th."""
    teens = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
