"""Whatever the courses and whoever applies: no seat twice, no course overbooked, nobody passed over who fits."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.domain import allocation
from services.training.domain.allocation import allocate, place_in_line
from services.training.domain.entities import Application, Course
from services.training.domain.fitting import why_not
from services.training.domain.portions import free_seats
from shared.regions import province_of

NEW_YEAR = date(2021, 1, 1)
TODAY = date(2021, 2, 10)
"""The day of these tests (conftest.py)."""
days = st.integers(0, 6).map(lambda n: NEW_YEAR + timedelta(days=n))
regions = st.sampled_from([None, "33.06", "33.05", "32.75", "Desa Cikolelet"])
vocations = st.sampled_from(["sewing", "welding", "barista"])


@st.composite
def courses(draw) -> list[Course]:
    made = []
    for n in range(draw(st.integers(0, 6))):
        seats = draw(st.integers(1, 3))
        handed_out = draw(st.integers(0, seats))
        given_back = draw(st.sets(st.integers(1, handed_out))) if handed_out else set()
        made.append(
            Course(
                id=UUID(int=n),
                code=f"C{n}",
                agency="blk",
                title="",
                vocation=draw(vocations),
                region=draw(regions),
                reach=draw(st.sampled_from(["regency", "province", "national"])),
                mode="online",
                funding="APBN",
                venue="centre",
                seats=seats,
                starts_on=draw(days),
                ends_on=NEW_YEAR + timedelta(days=60),
                entry_until=draw(st.sampled_from([TODAY, TODAY, TODAY - timedelta(days=1)])),
                today=TODAY,
                handed_out=handed_out,
                given_back=sorted(given_back),
                taken=handed_out - len(given_back),
                state=draw(st.sampled_from(["open", "open", "open", "paused"])),
            )
        )
    return made


@st.composite
def applications(draw) -> list[Application]:
    return [
        Application(
            worker=UUID(int=n),
            spell=1,
            applied_on=draw(days),
            position=draw(st.integers(1, 3)),
            region=draw(regions),
            wishes=draw(st.lists(vocations, max_size=2, unique=True)),
            certified=frozenset(draw(st.sets(vocations, max_size=1))),
            declined=[UUID(int=n) for n in draw(st.sets(st.integers(0, 5), max_size=2))],
        )
        for n in range(draw(st.integers(0, 12)))
    ]


def fits(application: Application, course: Course) -> bool:
    """Say again, in other words than the rule's own, whether a course is for this worker."""
    near = {
        "regency": course.region == application.region,
        "province": course.region == application.region
        or (province_of(course.region) is not None and province_of(course.region) == province_of(application.region)),
        "national": True,
    }
    return (
        (not application.wishes or course.vocation in application.wishes)
        and course.vocation not in application.certified
        and course.id not in application.declined
        and (course.region is None or near[course.reach])
    )


@given(applications(), courses())
def test_why_a_course_does_not_fit_is_the_same_rule(applying, offered):
    for who in applying:
        for course in offered:
            assert (why_not(who, course) is None) == fits(who, course)
            assert why_not(who, replace(course, region=None)) != "out-of-reach"


def preference(application: Application, course: Course) -> tuple[object, ...]:
    wish = application.wishes.index(course.vocation) if application.wishes else 0
    if course.region is not None and course.region == application.region:
        distance = 0
    elif province_of(course.region) is not None and province_of(course.region) == province_of(application.region):
        distance = 1
    else:
        distance = 2
    return wish, distance, course.starts_on, course.agency, course.code


@pytest.mark.parametrize("order", [allocation.WAITING_ORDER, ("position", "worker"), ("worker",)])
@given(applying=applications(), offered=courses())
def test_the_fast_rule_is_the_plain_rule(order, applying, offered):
    """Whatever the order of the waiting list: it may be changed without changing anything else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allocation, "WAITING_ORDER", order)
        expected = seated_by_the_plain_rule(applying, offered)

        seated, waiting = allocate(applying, free_seats(offered))

    assert {application.worker: application.enrolment.course for application in seated} == expected
    assert {application.worker for application in waiting} == {each.worker for each in applying} - set(expected)


def seated_by_the_plain_rule(applying: list[Application], offered: list[Course]) -> dict[UUID, UUID]:
    """Worker -> course: everybody in turn looks at every course."""
    room = {
        course.id: course.seats - course.taken
        for course in offered
        if course.state == "open" and course.entry_until >= TODAY
    }
    expected = {}
    for application in sorted(applying, key=place_in_line):
        fitting = [course for course in offered if room.get(course.id) and fits(application, course)]
        if fitting:
            best = min(fitting, key=lambda course, who=application: preference(who, course))
            room[best.id] -= 1
            expected[application.worker] = best.id
    return expected


@given(applications(), courses())
def test_no_seat_is_given_twice(applying, offered):
    free_before = {course.id: set(course.given_back) | set(range(course.handed_out + 1, 99)) for course in offered}

    seated, _ = allocate(applying, free_seats(offered))

    seats = [(application.enrolment.course, application.enrolment.seat) for application in seated]
    assert len(seats) == len(set(seats))
    assert all(seat in free_before[course] for course, seat in seats)
    for course in offered:
        assert course.taken <= course.seats
        assert course.taken == course.handed_out - len(course.given_back)


@given(applications(), courses())
def test_nobody_waits_while_a_seat_that_fits_is_free(applying, offered):
    _, waiting = allocate(applying, free_seats(offered))
    assert not [(who, course) for who in waiting for course in offered if course.has_room and fits(who, course)]
