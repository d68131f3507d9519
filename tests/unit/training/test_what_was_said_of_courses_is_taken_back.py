"""What was said of a course is retracted, and said anew: the course is what is left, by the same checks as before."""

import pytest

from shared.events import CourseOffered, CourseOfferRefused
from tests.service_under_test import only
from tests.unit.training.examples import (
    cancelled,
    course_retracted,
    offered,
    paused,
    registered,
    result,
    said,
)


async def state_of(training, code: str = "S1"):
    ((state, seats, vocation),) = await training.rows(
        f"SELECT state, seats, vocation FROM course WHERE code = '{code}'"
    )
    return state, seats, vocation


async def taken_back(training, *, seats: int = 3, graduates: int = 0) -> None:
    """A course was offered, some graduated there, and the offer was retracted."""
    await training.hear(said(offered("S1", seats=seats), 1), *(registered(n) for n in range(1, graduates + 1)))
    await training.hear(*(result(n, "S1") for n in range(1, graduates + 1)))
    await training.hear(course_retracted("S1", 1, CourseOffered))
    assert (await state_of(training))[0] == "cancelled"


async def test_a_course_offered_anew_and_cancelled_is_not_opened_by_another_offer(training):
    await taken_back(training)
    await training.hear(offered("S1"))
    await training.hear(cancelled("S1"))
    answer = await training.hear(offered("S1"))
    assert [event.reason for event in only(CourseOfferRefused, answer)] == ["course-cancelled"]
    assert (await state_of(training))[0] == "cancelled"


async def test_a_course_offered_anew_and_paused_stays_paused_when_its_offer_is_amended(training):
    await taken_back(training)
    await training.hear(offered("S1"))
    await training.hear(paused("S1"))
    await training.hear(offered("S1", seats=5))
    assert await state_of(training) == ("paused", 5, "sewing")


@pytest.mark.parametrize(
    ("anew", "detail"), [(offered("S1", seats=2), None), (offered("S1", seats=3, vocation="barista"), "vocation-stays")]
)
async def test_offered_anew_it_has_as_many_seats_as_are_used_up_and_the_same_vocation(training, anew, detail):
    await taken_back(training, graduates=3)
    answer = await training.hear(anew)
    assert [(event.reason, event.detail) for event in only(CourseOfferRefused, answer)] == [("seats-taken", detail)]
    assert await state_of(training) == ("cancelled", 3, "sewing")
    await training.hear(offered("S1", seats=3))
    assert await state_of(training) == ("open", 3, "sewing")
