"""CourseOffered, CourseCancelled, CoursePaused, CourseResumed: seats follow, and everyone who sits there is told."""

from datetime import date

import pytest

from contract.examples import OFFICE, PROVIDER, PURWOREJO, number_of, worker
from shared.events import CourseOfferRefused, EnrolmentCancelled, TrainingPaused, TrainingResumed, WorkerEnrolled
from tests.service_under_test import kinds, only
from tests.unit.training.examples import (
    BEKASI,
    KEBUMEN,
    SERANG,
    amended,
    cancelled,
    course_id,
    offered,
    paused,
    registered,
    result,
    resumed,
    withdrawn,
)


def workers(events):
    return [number_of(event.worker) for event in events]


async def test_a_new_course_is_filled_from_the_head_of_the_list(training):
    await training.hear(*(registered(n, applied_on=date(2021, 2, 10 - n)) for n in range(1, 6)))
    said = await training.hear(offered("S1"))
    assert workers(only(WorkerEnrolled, said)) == [5, 4]
    assert all(event.from_waiting_list for event in said)


async def test_many_courses_at_once_are_filled_to_the_last_seat(training):
    """Both courses are filled from the same section of the list: those seated in one leave the other to those behind."""
    await training.hear(*(registered(n) for n in range(1, 10)))
    said = await training.hear(offered("S1", seats=4), offered("S2", seats=4))
    assert sorted(workers(only(WorkerEnrolled, said))) == list(range(1, 9))
    assert (await training.states())[9] == "waiting"


async def test_courses_of_every_reach_and_vocation_are_filled_from_one_line(training):
    await training.hear(
        registered(1, wishes=["sewing", "barista"]),
        registered(2, wishes=["barista", "sewing"], region=KEBUMEN),
        registered(3, wishes=[], region=BEKASI),
        registered(4, wishes=["sewing"]),
        registered(5, wishes=["barista"], region=SERANG),
        registered(6, wishes=["barista"], region="Desa Cikolelet"),
    )
    await training.hear(
        offered("S1", seats=1),
        offered("B1", seats=1, vocation="barista", reach="province"),
        offered("B2", seats=3, vocation="barista", region="32.17", reach="national"),
    )
    assert await training.seats("S1") == {1: 1}
    assert await training.seats("B1") == {1: 2}
    assert await training.seats("B2") == {1: 3, 2: 5, 3: 6}
    assert (await training.states())[4] == "waiting"


async def test_a_course_does_not_reach_who_is_too_far(training):
    await training.hear(registered(1, region=KEBUMEN))
    assert await training.hear(offered("S1")) == []
    assert workers(await training.hear(offered("S2", reach="province"))) == [1]


async def test_an_amended_offer_with_more_seats_is_filled(training):
    await training.hear(offered("S1", seats=1), *(registered(n) for n in (1, 2, 3)))
    said = await training.hear(offered("S1", seats=2, title="Jahit lanjutan"))
    assert [(type(event), event.title, event.order) for event in said] == [
        (WorkerEnrolled, "Jahit lanjutan", "2nd of 2; applied 2021-02-03")
    ]


async def test_an_amended_offer_that_takes_newcomers_longer_is_filled(training):
    await training.hear(offered("S1", entry_until=date(2021, 2, 9)), registered(1))
    assert await training.states() == {1: "waiting"}
    assert kinds(await training.hear(offered("S1", entry_until=date(2021, 2, 10)))) == ["WorkerEnrolled"]


async def test_refuses_fewer_seats_than_are_taken(training):
    await training.hear(offered("S1"), registered(1), registered(2))
    said = await training.hear(offered("S1", seats=1, title="Smaller"))
    assert said == [CourseOfferRefused(course=course_id("S1"), code="S1", agency=PROVIDER, reason="seats-taken")]
    assert (await training.rows("SELECT title, seats FROM course"))[0] == ("Menjahit", 2)


async def test_a_used_seat_is_a_taken_seat(training):
    await training.hear(offered("S1"), registered(1), registered(2))
    await training.hear(result(1, "S1"), result(2, "S1", "left"))
    assert kinds(await training.hear(offered("S1", seats=1))) == ["CourseOfferRefused"]


async def test_fewer_seats_may_leave_high_numbers_in_use(training):
    await training.hear(offered("S1", seats=3), *(registered(n) for n in (1, 2, 3)))
    await training.hear(withdrawn(1))
    assert await training.hear(offered("S1", seats=2)) == []
    await training.hear(registered(4))
    assert await training.seats("S1") == {2: 2, 3: 3}
    await training.hear(withdrawn(3))
    assert await training.seats("S1") == {1: 4, 2: 2}


async def test_refuses_to_offer_a_cancelled_course_again(training):
    await training.hear(offered("S1"), cancelled("S1"), registered(1))
    (said,) = await training.hear(offered("S1"))
    assert (type(said), said.reason) == (CourseOfferRefused, "course-cancelled")
    assert await training.states() == {1: "waiting"}


async def test_of_several_amendments_in_one_batch_the_last_that_is_possible_holds(training):
    await training.hear(offered("S1"), registered(1), registered(2))
    said = await training.hear(offered("S1", seats=3), offered("S1", seats=1), offered("S1", seats=4))
    assert kinds(said) == ["CourseOfferRefused"]
    assert (await training.rows("SELECT seats FROM course"))[0] == (4,)


async def test_who_loses_a_cancelled_course_goes_back_to_the_old_place(training):
    await training.hear(offered("S1", seats=1), registered(1), registered(2, applied_on=date(2021, 2, 4)))
    cancelled_, waits = await training.hear(cancelled("S1"))
    assert (type(cancelled_), cancelled_.reason) == (EnrolmentCancelled, "course-cancelled")
    assert (waits.reason, waits.applied_on) == ("course-cancelled", date(2021, 2, 3))

    said = await training.hear(offered("S2", seats=1))
    assert [(event.worker, event.from_waiting_list) for event in said] == [(worker(1), True)]


async def test_who_loses_a_cancelled_course_gets_a_free_seat_at_once(training):
    await training.hear(offered("S1"), registered(1))
    await training.hear(offered("S2", starts_on=date(2021, 4, 1)))
    said = await training.hear(cancelled("S1"))
    assert kinds(said) == ["EnrolmentCancelled", "WorkerEnrolled"]
    assert (said[1].code, said[1].from_waiting_list) == ("S2", False)
    assert await training.seats("S1") == {}


async def test_a_cancelled_course_keeps_its_graduates(training):
    await training.hear(offered("S1"), registered(1), registered(2))
    await training.hear(result(1, "S1"))
    await training.hear(cancelled("S1"))
    assert await training.states() == {1: "graduated", 2: "waiting"}
    assert (await training.figures())["seats"] == 0


async def test_who_sits_in_a_paused_course_is_told_and_keeps_the_seat(training):
    await training.hear(offered("S1", seats=3, title="Jahit"), registered(1), registered(2))
    said = await training.hear(paused("S1"))
    told = {"course": course_id("S1"), "code": "S1", "provider": PROVIDER, "title": "Jahit", "reason": "pandemic"}
    assert said == [TrainingPaused(worker=worker(n), spell=1, concerns=[OFFICE], **told) for n in (1, 2)]
    assert await training.seats("S1") == {1: 1, 2: 2}


async def test_a_paused_course_gives_no_seat_until_it_goes_on(training):
    await training.hear(offered("S1"), registered(1))
    await training.hear(paused("S1"))
    assert kinds(await training.hear(registered(2))) == ["WorkerWaitlisted"]
    assert kinds(await training.hear(withdrawn(1))) == ["EnrolmentCancelled"]

    said = await training.hear(resumed("S1", "online"))
    assert workers(only(WorkerEnrolled, said)) == [2]
    assert said[0].mode == "online"
    assert (await training.figures())["paused-then-resumed"] == 1


async def test_who_sits_in_a_resumed_course_hears_in_what_mode_it_goes_on(training):
    await training.hear(offered("S1", title="Jahit"), registered(1))
    await training.hear(paused("S1"))
    assert await training.hear(resumed("S1", "online")) == [
        TrainingResumed(
            worker=worker(1),
            spell=1,
            concerns=[OFFICE],
            course=course_id("S1"),
            code="S1",
            provider=PROVIDER,
            title="Jahit",
            mode="online",
        )
    ]


async def test_a_course_that_resumes_as_it_was_keeps_its_mode(training):
    await training.hear(offered("S1", mode="blended"), registered(1), paused("S1"))
    (said,) = await training.hear(resumed("S1"))
    assert said.mode == "blended"


@pytest.mark.parametrize("event", [cancelled("S9"), paused("S9"), resumed("S9")])
async def test_a_course_nobody_offered_cannot_change(training, event):
    assert await training.hear(event) == []


async def test_what_was_done_already_is_not_done_again(training):
    await training.hear(offered("S1"), registered(1))
    assert await training.hear(resumed("S1", "online")) == []
    await training.hear(paused("S1"))
    assert await training.hear(paused("S1")) == []
    await training.hear(cancelled("S1"))
    assert await training.hear(cancelled("S1"), paused("S1"), resumed("S1")) == []
    assert (await training.rows("SELECT state, mode FROM course"))[0] == ("cancelled", "in-person")


async def test_the_results_of_a_paused_course_count(training):
    await training.hear(offered("S1"), registered(1), paused("S1"))
    assert kinds(await training.hear(result(1, "S1"))) == ["WorkerGraduated"]


async def test_who_waits_for_anything_is_seated_where_it_is_near(training):
    await training.hear(registered(1, wishes=[]), amended(1, wishes=[]))
    await training.hear(
        offered("K1", vocation="koi", region=SERANG, reach="national"), offered("H1", vocation="hydroponics")
    )
    assert await training.seats("H1") == {1: 1}


@pytest.mark.parametrize("event", [offered("S1", seats=4), cancelled("S1"), paused("S1"), resumed("S1")])
async def test_ignores_a_repeat(training, event):
    await training.hear(offered("S1", seats=1), registered(1), registered(2))
    if event == resumed("S1"):
        await training.hear(paused("S1"))
    await training.hear(event)
    before = await training.rows("SELECT * FROM course"), await training.states()
    assert await training.deliver(*training.heard) == []
    assert (await training.rows("SELECT * FROM course"), await training.states()) == before


@pytest.mark.parametrize("event", [offered("S1", seats=4), cancelled("S1"), paused("S1"), resumed("S1", "online")])
async def test_failure_leaves_nothing_behind(training, event):
    await training.hear(offered("S1", seats=1, region=PURWOREJO), registered(1), registered(2))
    if event == resumed("S1", "online"):
        await training.hear(paused("S1"))
    before = await training.rows("SELECT * FROM course"), await training.states()
    await training.tamper("ALTER TABLE course ADD CHECK (false) NOT VALID")
    assert await training.hear(event) == []
    assert (await training.rows("SELECT * FROM course"), await training.states()) == before
    assert len(await training.buried()) == 1
