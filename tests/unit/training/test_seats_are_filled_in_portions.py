"""Portions: at most 1,000 seats that opened up are filled at a time, one portion after another, from one line."""

from datetime import date

import pytest

from services.training.domain import portions
from services.training.domain.entities import Course
from services.training.domain.portions import FreeSeats, free_before, free_seats, next_portion, opened_up, still_to_fill
from shared.events import WorkerEnrolled
from tests.service_under_test import only
from tests.unit.training.examples import offered, registered

EVERYBODY = 1_000_000


def course(code: str, seats: int = 16) -> Course:
    return Course.offered(offered(code, seats=seats), date(2021, 2, 10))


def take(portion: list[FreeSeats], workers: int) -> None:
    """Take seats of a portion; so many workers fit each course."""
    for seats in portion:
        for _ in range(min(seats.left, workers)):
            seats.give()


def filled(courses: list[Course], workers: int = EVERYBODY) -> list[list[tuple[str, int]]]:
    """Fill courses portion by portion; gives the seats of each portion. So many workers fit each course in each portion."""
    found, to_fill = [], courses
    while to_fill:
        portion = next_portion(to_fill)
        found.append([(seats.course.code, seats.left) for seats in portion])
        take(portion, workers)
        to_fill = still_to_fill(to_fill, portion)
    return found


def test_free_seats_are_those_of_open_courses_that_are_not_full():
    full, paused = course("S2", seats=1), course("S3")
    full.give_seat()
    paused.turn("paused")
    assert [(seats.course.code, seats.left) for seats in free_seats([course("S1"), full, paused])] == [("S1", 16)]


def test_seats_that_were_free_before_are_told_from_those_that_opened_up():
    old, full = course("S1"), course("S3", seats=1)
    old.has_opened_up = False
    full.give_seat()
    courses = [course("S2"), old, full]
    assert [seats.course.code for seats in free_before(courses)] == ["S1"]
    assert [each.code for each in opened_up(courses)] == ["S2"]


def test_sixty_packages_of_sixteen_are_one_portion():
    assert [len(portion) for portion in filled([course(f"S{n}") for n in range(60)])] == [60]


def test_a_course_that_does_not_fit_into_the_portion_begins_the_next():
    assert filled([course("S1", 600), course("S2", 600), course("S3", 400)]) == [
        [("S1", 600)],
        [("S2", 600), ("S3", 400)],
    ]


def test_a_large_course_opens_a_portion_of_its_seats_at_a_time():
    assert filled([course("S2"), course("S1", 2_500), course("S3")]) == [
        [("S2", 16)],
        [("S1", 1_000)],
        [("S1", 1_000)],
        [("S1", 500), ("S3", 16)],
    ]


@pytest.mark.parametrize("workers", [0, 999])
def test_a_large_course_that_nobody_else_wants_is_left(workers):
    assert filled([course("S1", 100_000), course("S2")], workers) == [[("S1", 1_000)], [("S2", 16)]]


def test_a_course_that_stays_half_empty_is_filled_once():
    assert filled([course("S1"), course("S2", 990)], workers=5) == [[("S1", 16)], [("S2", 990)]]


def test_without_courses_a_portion_is_empty():
    assert next_portion([]) == []
    assert still_to_fill([], []) == []


async def test_seats_that_were_free_before_are_given_with_the_first_portion(training, monkeypatch):
    """Two courses lose two participants each, and are a portion each; a later one has had five free seats before."""
    monkeypatch.setattr(portions, "PORTION", 2)
    await training.hear(offered("S1"), offered("S2"), *(registered(n) for n in range(1, 5)))
    await training.hear(offered("S3", seats=5, starts_on=date(2021, 4, 1)))
    again = (registered(n, spell=2, wants=["work"]) for n in range(1, 5))
    await training.hear(*again, *(registered(n) for n in range(5, 13)))
    assert await training.seats("S3") == {1: 7, 2: 8, 3: 9, 4: 10, 5: 11}
    assert sorted([*(await training.seats("S1")).values(), *(await training.seats("S2")).values()]) == [5, 6, 12]


async def test_portions_are_filled_one_after_another_from_one_line(training, monkeypatch):
    monkeypatch.setattr(portions, "PORTION", 4)
    await training.hear(*(registered(n, wishes=[] if n % 3 else ["sewing"]) for n in range(1, 20)))
    said = await training.hear(*(offered(f"S{n}", seats=3) for n in range(5)))
    assert len(only(WorkerEnrolled, said)) == 15
    assert list((await training.states()).values()) == ["in-training"] * 15 + ["waiting"] * 4


async def test_a_large_course_is_filled_in_the_order_of_the_line(training, monkeypatch):
    monkeypatch.setattr(portions, "PORTION", 4)
    await training.hear(*(registered(n, wishes=[] if n % 3 else ["sewing"]) for n in range(1, 30)))
    await training.hear(offered("S1", seats=22))
    assert await training.seats("S1") == {n: n for n in range(1, 23)}
    await training.hear(offered("S1", seats=90))
    assert set((await training.states()).values()) == {"in-training"}
