"""Who gets a seat: the order of the waiting list, what fits a worker, and which fitting course is the best.

To change the waiting list's order, change `WAITING_ORDER` below; nothing else decides it. The database reads the list
by the same names (`store.py`, `listings.py`), and its indexes follow them (`migrations/training_1.py`).
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from operator import attrgetter
from typing import Any, Final

from services.training.domain.areas import Area, areas_around, takes_from
from services.training.domain.entities import Application, Enrolment
from services.training.domain.portions import FreeSeats

WAITING_ORDER: Final = ("applied_on", "position", "worker")
"""THE ORDER OF THE WAITING LIST, the first name counting most: the day of application, then the order of arrival at the
front desk, then the worker's id. Each is a field of `Application` and a column of `application` and `wish`, ascending.

For another order, name other fields here, and give `application_waiting` and the `wish_…` indexes the same columns in
a new migration (without them the list is right, but slow). `test_the_list_is_read_in_the_order_of_the_rule.py` fails
while the two disagree.
"""

IN_WORDS: Final = {
    "applied_on": "the day of application",
    "position": "the order of arrival at the front desk",
    "worker": "the worker's id",
}
"""What the names in `WAITING_ORDER` mean to people."""

_ANY_VOCATION: Final = ((None,),)


def rule_in_words() -> str:
    """Say the waiting list's order as people read it."""
    return ", then ".join(IN_WORDS.get(name, name) for name in WAITING_ORDER)


def place_in_line(application: Application) -> Any:  # noqa: ANN401  whatever the order names
    """Sort key of the waiting list: see `WAITING_ORDER`."""
    return attrgetter(*WAITING_ORDER)(application)


def preference(seats: FreeSeats) -> tuple[date, str, str]:
    """Sort key among courses that are equally wished for and equally near: the earlier one, then provider, then code."""
    return seats.course.starts_on, seats.course.agency, seats.course.code


def allocate(
    applications: Iterable[Application], free_seats: Iterable[FreeSeats]
) -> tuple[list[Application], list[Application]]:
    """Give free seats to applications in the order of the waiting list, each on the course that fits best.

    A course fits when its vocation is wished for (no wishes: any) and new to the worker, when the worker declined no seat
    there, and when it takes workers from where the worker lives (`fitting.py`). Seats are free while newcomers may start. The best is the one wished for first;
    then the nearest (same regency, same province, elsewhere); then `preference`.

    Returns those who got a seat (it is their `enrolment`) and those who did not. Courses keep count of their seats.
    """
    line = sorted(applications, key=place_in_line)
    free = _FreeSeatsByArea(free_seats)
    seated, waiting = [], []
    for application in line:
        seats = free.best_for(application)
        if seats is None:
            waiting.append(application)
        else:
            _enrol(application, seats)
            seated.append(application)
    return seated, waiting


def _enrol(application: Application, seats: FreeSeats) -> None:
    course = seats.course
    seat, passed_on = seats.give()
    application.enrolments.append(
        Enrolment(
            worker=application.worker,
            spell=application.spell,
            course=course.id,
            vocation=course.vocation,
            seat=seat,
            basis=basis(seat, course.seats, application.applied_on),
            from_waiting_list=application.came == "from-the-list",
            passed_on=passed_on,
            given_on=course.today,
        )
    )
    application.turn("in-training")


def basis(seat: int, seats: int, applied_on: date) -> str:
    """Say why a seat is somebody's: `3rd of 16; applied 2021-02-03`."""
    return f"{ordinal(seat)} of {seats}; applied {applied_on}"


def applied_on_in(basis: str) -> date:
    """Give the day of application that a seat's basis states."""
    return date.fromisoformat(basis.rpartition(" ")[2])


class _FreeSeatsByArea:
    """Free seats by vocation and by the areas that their courses take workers from; the preferred course is last in its row.

    Rows only shrink, so that finding the best course costs the same however many courses there are.
    """

    def __init__(self, free_seats: Iterable[FreeSeats]) -> None:
        self._rows: defaultdict[str | None, defaultdict[Area, list[FreeSeats]]] = defaultdict(lambda: defaultdict(list))
        least_preferred_first = sorted(free_seats, key=preference, reverse=True)
        self._vocations = sorted({seats.course.vocation for seats in least_preferred_first})
        for seats in least_preferred_first:
            for area in takes_from(seats.course):
                self._rows[seats.course.vocation][area].append(seats)
                self._rows[None][area].append(seats)  # for those who will learn anything

    def best_for(self, application: Application) -> FreeSeats | None:
        around = areas_around(application.region)
        for vocations in self._choices(application):
            taught = [self._rows[vocation] for vocation in vocations if vocation in self._rows]
            for area in around if taught else ():
                found = [
                    seats
                    for rows in taught
                    if (row := rows.get(area)) and (seats := self._first(row, application)) is not None
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

    def _first(self, row: list[FreeSeats], application: Application) -> FreeSeats | None:
        while row and not row[-1].left:
            row.pop()  # of no use to anybody further down the line either
        if not application.declined:
            return row[-1] if row else None
        return next((each for each in reversed(row) if each.left and each.course.id not in application.declined), None)


def ordinal(number: int) -> str:
    """Write 1st, 2nd, 3rd, 4th, 11th."""
    teens = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
