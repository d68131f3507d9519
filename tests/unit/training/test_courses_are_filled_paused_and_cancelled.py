"""CourseOffered, CourseCancelled, CoursePaused, CourseResumed: seats follow, and everyone who sits there is told."""

from datetime import date

import pytest

from shared.events import CourseOfferRefused, EnrolmentCancelled, TrainingPaused, TrainingResumed, WorkerEnrolled
from tests.unit.training.office import (
    BEKASI,
    BLK,
    DESK,
    KEBUMEN,
    PURWOREJO,
    SERANG,
    amended,
    cancelled,
    course_id,
    kinds,
    offered,
    only,
    paused,
    registered,
    result,
    resumed,
    withdrawn,
    worker,
)


def workers(events):
    return [event.worker.int - worker(0).int for event in events]


async def test_a_new_course_is_filled_from_the_head_of_the_list(office):
    await office.hear(*(registered(n, applied_on=date(2021, 2, 10 - n)) for n in range(1, 6)))
    said = await office.hear(offered("S1"))
    assert workers(only(WorkerEnrolled, said)) == [5, 4]
    assert all(event.from_waiting_list for event in said)


async def test_many_courses_at_once_are_filled_to_the_last_seat(office):
    """Both courses draw on the same heads: whoever takes a seat in one must leave the other to those behind."""
    await office.hear(*(registered(n) for n in range(1, 10)))
    said = await office.hear(offered("S1", seats=4), offered("S2", seats=4))
    assert sorted(workers(only(WorkerEnrolled, said))) == list(range(1, 9))
    assert (await office.states())[9] == "waiting"


async def test_courses_of_every_reach_and_vocation_are_filled_from_one_line(office):
    await office.hear(
        registered(1, wishes=["sewing", "barista"]),
        registered(2, wishes=["barista", "sewing"], region=KEBUMEN),
        registered(3, wishes=[], region=BEKASI),
        registered(4, wishes=["sewing"]),
        registered(5, wishes=["barista"], region=SERANG),
        registered(6, wishes=["barista"], region="Desa Cikolelet"),
    )
    await office.hear(
        offered("S1", seats=1),
        offered("B1", seats=1, vocation="barista", reach="province"),
        offered("B2", seats=3, vocation="barista", region="32.17", reach="national"),
    )
    assert await office.seats("S1") == {1: 1}
    assert await office.seats("B1") == {1: 2}
    assert await office.seats("B2") == {1: 3, 2: 5, 3: 6}
    assert (await office.states())[4] == "waiting"


async def test_a_course_does_not_reach_who_is_too_far(office):
    await office.hear(registered(1, region=KEBUMEN))
    assert await office.hear(offered("S1")) == []
    assert workers(await office.hear(offered("S2", reach="province"))) == [1]


async def test_an_amended_offer_with_more_seats_is_filled(office):
    await office.hear(offered("S1", seats=1), *(registered(n) for n in (1, 2, 3)))
    said = await office.hear(offered("S1", seats=2, title="Jahit lanjutan"))
    assert [(type(event), event.title, event.order) for event in said] == [
        (WorkerEnrolled, "Jahit lanjutan", "2nd of 2; applied 2021-02-03")
    ]


async def test_an_amended_offer_that_lasts_longer_is_filled(office):
    await office.hear(offered("S1"), registered(1, applied_on=date(2021, 5, 1)))
    assert kinds(await office.hear(offered("S1", ends_on=date(2021, 5, 31)))) == ["WorkerEnrolled"]


async def test_refuses_fewer_seats_than_are_taken(office):
    await office.hear(offered("S1"), registered(1), registered(2))
    said = await office.hear(offered("S1", seats=1, title="Smaller"))
    assert said == [CourseOfferRefused(course=course_id("S1"), code="S1", agency=BLK, reason="seats-taken")]
    assert (await office.rows("SELECT title, seats FROM course"))[0] == ("Course S1", 2)


async def test_a_used_seat_is_a_taken_seat(office):
    await office.hear(offered("S1"), registered(1), registered(2))
    await office.hear(result(1, "S1"), result(2, "S1", "left"))
    assert kinds(await office.hear(offered("S1", seats=1))) == ["CourseOfferRefused"]


async def test_fewer_seats_may_leave_high_numbers_in_use(office):
    await office.hear(offered("S1", seats=3), *(registered(n) for n in (1, 2, 3)))
    await office.hear(withdrawn(1))
    assert await office.hear(offered("S1", seats=2)) == []
    await office.hear(registered(4))
    assert await office.seats("S1") == {2: 2, 3: 3}
    await office.hear(withdrawn(3))
    assert await office.seats("S1") == {1: 4, 2: 2}


async def test_refuses_to_offer_a_cancelled_course_again(office):
    await office.hear(offered("S1"), cancelled("S1"), registered(1))
    (said,) = await office.hear(offered("S1"))
    assert (type(said), said.reason) == (CourseOfferRefused, "course-cancelled")
    assert await office.states() == {1: "waiting"}


async def test_of_several_amendments_in_one_batch_the_last_that_is_possible_holds(office):
    await office.hear(offered("S1"), registered(1), registered(2))
    said = await office.hear(offered("S1", seats=3), offered("S1", seats=1), offered("S1", seats=4))
    assert kinds(said) == ["CourseOfferRefused"]
    assert (await office.rows("SELECT seats FROM course"))[0] == (4,)


async def test_who_loses_a_cancelled_course_goes_back_to_the_old_place(office):
    await office.hear(offered("S1", seats=1), registered(1), registered(2, applied_on=date(2021, 2, 4)))
    cancelled_, waits = await office.hear(cancelled("S1"))
    assert (type(cancelled_), cancelled_.reason) == (EnrolmentCancelled, "course-cancelled")
    assert (waits.reason, waits.applied_on) == ("course-cancelled", date(2021, 2, 3))

    said = await office.hear(offered("S2", seats=1))
    assert [(event.worker, event.from_waiting_list) for event in said] == [(worker(1), True)]


async def test_who_loses_a_cancelled_course_gets_a_free_seat_at_once(office):
    await office.hear(offered("S1"), registered(1))
    await office.hear(offered("S2", starts_on=date(2021, 4, 1)))
    said = await office.hear(cancelled("S1"))
    assert kinds(said) == ["EnrolmentCancelled", "WorkerEnrolled"]
    assert (said[1].code, said[1].from_waiting_list) == ("S2", False)
    assert await office.seats("S1") == {}


async def test_a_cancelled_course_keeps_its_graduates(office):
    await office.hear(offered("S1"), registered(1), registered(2))
    await office.hear(result(1, "S1"))
    await office.hear(cancelled("S1"))
    assert await office.states() == {1: "graduated", 2: "waiting"}
    assert (await office.figures())["seats"] == 0


async def test_who_sits_in_a_paused_course_is_told_and_keeps_the_seat(office):
    await office.hear(offered("S1", seats=3, title="Jahit"), registered(1), registered(2))
    said = await office.hear(paused("S1"))
    told = {"course": course_id("S1"), "code": "S1", "provider": BLK, "title": "Jahit", "reason": "pandemic"}
    assert said == [TrainingPaused(worker=worker(n), spell=1, concerns=[DESK], **told) for n in (1, 2)]
    assert await office.seats("S1") == {1: 1, 2: 2}


async def test_a_paused_course_gives_no_seat_until_it_goes_on(office):
    await office.hear(offered("S1"), registered(1))
    await office.hear(paused("S1"))
    assert kinds(await office.hear(registered(2))) == ["WorkerWaitlisted"]
    assert kinds(await office.hear(withdrawn(1))) == ["EnrolmentCancelled"]

    said = await office.hear(resumed("S1", "online"))
    assert workers(only(WorkerEnrolled, said)) == [2]
    assert said[0].mode == "online"
    assert (await office.figures())["paused-then-resumed"] == 1


async def test_who_sits_in_a_resumed_course_hears_in_what_mode_it_goes_on(office):
    await office.hear(offered("S1", title="Jahit"), registered(1))
    await office.hear(paused("S1"))
    assert await office.hear(resumed("S1", "online")) == [
        TrainingResumed(
            worker=worker(1),
            spell=1,
            concerns=[DESK],
            course=course_id("S1"),
            code="S1",
            provider=BLK,
            title="Jahit",
            mode="online",
        )
    ]


async def test_a_course_that_resumes_as_it_was_keeps_its_mode(office):
    await office.hear(offered("S1", mode="blended"), registered(1), paused("S1"))
    (said,) = await office.hear(resumed("S1"))
    assert said.mode == "blended"


@pytest.mark.parametrize("event", [cancelled("S9"), paused("S9"), resumed("S9")])
async def test_a_course_nobody_offered_cannot_change(office, event):
    assert await office.hear(event) == []


async def test_what_was_done_already_is_not_done_again(office):
    await office.hear(offered("S1"), registered(1))
    assert await office.hear(resumed("S1", "online")) == []
    await office.hear(paused("S1"))
    assert await office.hear(paused("S1")) == []
    await office.hear(cancelled("S1"))
    assert await office.hear(cancelled("S1"), paused("S1"), resumed("S1")) == []
    assert (await office.rows("SELECT state, mode FROM course"))[0] == ("cancelled", "in-person")


async def test_the_results_of_a_paused_course_count(office):
    await office.hear(offered("S1"), registered(1), paused("S1"))
    assert kinds(await office.hear(result(1, "S1"))) == ["WorkerGraduated"]


async def test_who_waits_for_anything_is_seated_where_it_is_near(office):
    await office.hear(registered(1, wishes=[]), amended(1, wishes=[]))
    await office.hear(
        offered("K1", vocation="koi", region=SERANG, reach="national"), offered("H1", vocation="hydroponics")
    )
    assert await office.seats("H1") == {1: 1}


@pytest.mark.parametrize("event", [offered("S1", seats=4), cancelled("S1"), paused("S1"), resumed("S1")])
async def test_ignores_a_repeat(office, event):
    await office.hear(offered("S1", seats=1), registered(1), registered(2))
    if event == resumed("S1"):
        await office.hear(paused("S1"))
    await office.hear(event)
    before = await office.rows("SELECT * FROM course"), await office.states()
    assert await office.deliver(*office.heard) == []
    assert (await office.rows("SELECT * FROM course"), await office.states()) == before


@pytest.mark.parametrize("event", [offered("S1", seats=4), cancelled("S1"), paused("S1"), resumed("S1", "online")])
async def test_failure_leaves_nothing_behind(office, event):
    await office.hear(offered("S1", seats=1, region=PURWOREJO), registered(1), registered(2))
    if event == resumed("S1", "online"):
        await office.hear(paused("S1"))
    before = await office.rows("SELECT * FROM course"), await office.states()
    await office.tamper("ALTER TABLE course ADD CHECK (false) NOT VALID")
    assert await office.hear(event) == []
    assert (await office.rows("SELECT * FROM course"), await office.states()) == before
    assert len(await office.buried()) == 1
