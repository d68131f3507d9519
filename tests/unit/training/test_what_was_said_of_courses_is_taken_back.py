"""What was said of a course is retracted, and said anew: the course is what is left, by the same checks as before."""

from datetime import date

import pytest

from shared.events import CourseChanged, CourseOffered, CourseOfferRefused, CoursePaused, CourseResumed
from tests.service_under_test import kinds, only
from tests.unit.training.examples import (
    cancelled,
    course_retracted,
    offered,
    paused,
    registered,
    result,
    resumed,
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


LATER = date(2021, 5, 30)
REFUSED = {"vocation": offered("S1", vocation="barista", seats=9), "seats": offered("S1", seats=1, ends_on=LATER)}


@pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED)
async def test_an_offer_that_was_refused_stays_so_when_something_else_is_retracted(training, refused):
    await training.hear(said(offered("S1", seats=2), 1), registered(1), registered(2))
    answer = await training.hear(said(refused, 2), said(paused("S1"), 3))
    assert only(CourseOfferRefused, answer)
    assert kinds(await training.hear(course_retracted("S1", 3, CoursePaused))) == ["TrainingResumed"] * 2
    assert await state_of(training) == ("open", 2, "sewing")


@pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED)
async def test_an_offer_that_was_refused_is_retracted_and_changes_nothing(training, refused):
    await training.hear(said(offered("S1", seats=2), 1), registered(1), registered(2))
    assert kinds(await training.hear(said(refused, 2))) == ["CourseOfferRefused"]
    assert await training.hear(course_retracted("S1", 2, CourseOffered)) == []
    assert await state_of(training) == ("open", 2, "sewing")


async def test_another_vocation_that_was_accepted_stays_so_when_something_else_is_retracted(training):
    await training.hear(said(offered("S1"), 1), said(offered("S1", vocation="barista", seats=9), 2))
    await training.hear(registered(1, wishes=["barista"]), said(paused("S1"), 3))
    await training.hear(course_retracted("S1", 3, CoursePaused))
    assert await state_of(training) == ("open", 9, "barista")


@pytest.mark.parametrize("was_kept", [True, False], ids=["kept", "said before facts were kept"])
async def test_a_pause_that_is_retracted_is_no_course_that_was_resumed(training, was_kept):
    async def resumed_courses() -> int:
        return (await training.figures())["paused-then-resumed"]

    await training.hear(said(offered("S1"), 1), said(paused("S1"), 2), said(resumed("S1"), 3))
    if not was_kept:
        await training.run("DELETE FROM kept_fact")
    assert await resumed_courses() == 1
    await training.hear(course_retracted("S1", 3, CourseResumed))
    assert ((await state_of(training))[0], await resumed_courses()) == ("paused", 0)
    await training.hear(course_retracted("S1", 2, CoursePaused))
    assert ((await state_of(training))[0], await resumed_courses()) == ("open", 0)


async def test_who_sits_there_is_told_of_the_days_that_count_again(training):
    await training.hear(said(offered("S1"), 1), registered(1))
    await training.hear(said(offered("S1", ends_on=LATER, mode="online"), 2))
    told = only(CourseChanged, await training.hear(course_retracted("S1", 2, CourseOffered)))
    assert [(event.ends_on, event.mode) for event in told] == [(date(2021, 4, 30), "in-person")]


async def test_who_sits_there_is_told_nothing_of_what_changes_nothing_for_them(training):
    await training.hear(said(offered("S1", seats=1), 1), registered(1), said(offered("S1", seats=2), 2))
    assert kinds(await training.hear(course_retracted("S1", 2, CourseOffered))) == []


async def test_who_sits_there_is_told_of_the_mode_when_a_resumption_is_retracted(training):
    await training.hear(said(offered("S1"), 1), registered(1), paused("S1"), said(resumed("S1", "online"), 3))
    answer = await training.hear(course_retracted("S1", 3, CourseResumed))
    assert kinds(answer) == ["TrainingPaused", "CourseChanged"]
    assert only(CourseChanged, answer)[0].mode == "in-person"
