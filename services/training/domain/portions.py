"""Free seats, and how many of them are filled at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from services.training.domain.entities import Course

PORTION: Final = 1_000
"""How many seats are filled at a time: PostgreSQL ends a transaction whose program thinks for five seconds."""


@dataclass(slots=True, eq=False)
class FreeSeats:
    """Free seats of a course, to be given in one allocation."""

    course: Course
    left: int
    """How many of them are not given yet."""

    def give(self) -> tuple[int, bool]:
        """Hand out the lowest free seat of the course, and say whether it was passed on."""
        self.left -= 1
        return self.course.give_seat()


def free_seats(courses: Iterable[Course]) -> list[FreeSeats]:
    """Name all the free seats of these courses."""
    return [FreeSeats(course, free) for course in courses if (free := course.free)]


def free_before(courses: Iterable[Course]) -> list[FreeSeats]:
    """Name the seats that were free before. They fit nobody on the waiting list, and may fit those just judged."""
    return free_seats(course for course in courses if not course.has_opened_up)


def opened_up(courses: Iterable[Course]) -> list[Course]:
    """Name the courses with free seats that nobody on the waiting list was offered yet."""
    return [course for course in courses if course.has_opened_up and course.has_room]


def next_portion(to_fill: Sequence[Course]) -> list[FreeSeats]:
    """Name the free seats that are filled next: `PORTION` of them at most, in the first of these courses.

    A course that has more is filled alone, `PORTION` of its seats at a time.
    """
    portion: list[FreeSeats] = []
    seats = PORTION
    for course in to_fill:
        free = course.free
        if free > seats and portion:
            break
        portion.append(FreeSeats(course, min(free, PORTION)))
        seats -= free
    return portion


def still_to_fill(to_fill: Sequence[Course], portion: Sequence[FreeSeats]) -> list[Course]:
    """Name the courses that are left to fill after a portion of them was allocated.

    A course of the portion is among them when it has more seats and all seats of the portion were taken. Where a seat
    was left, everybody whom the course fits has one.
    """
    unfinished = [seats.course for seats in portion if not seats.left and seats.course.has_room]
    return [*unfinished, *to_fill[len(portion) :]]
