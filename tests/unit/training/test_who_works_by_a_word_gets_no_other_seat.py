"""Who works again by an employer's word and loses the seat is out of the line until the word is void."""

import pytest

from contract.examples import worker
from shared.events import CourseCancelled, SeatDeclined, WorkerEnrolled
from tests.service_under_test import kinds, only
from tests.unit.training.examples import (
    cancelled,
    course_retracted,
    graded,
    merged,
    no_show,
    offered,
    registered,
    retracted,
    said,
    says,
    seat_declined,
    sits_by_a_word,
    voided,
    withdrawn,
)
from tests.unit.training.test_a_selection_is_replayed import selection_of


@pytest.fixture
async def training(training):
    return await sits_by_a_word(training)


@pytest.fixture(
    params=[cancelled("S1"), said(seat_declined(1, "S1"), 1), no_show(1, "S1")],
    ids=["cancelled", "declined", "no-show"],
)
async def without_seat(training, request):
    """There is another course, and the seat that was kept is gone."""
    await training.hear(offered("S2", seats=3))
    heard = await training.hear(request.param)
    assert worker(1) not in [each.worker for each in only(WorkerEnrolled, heard)]
    return training


async def test_who_loses_the_seat_gets_no_other_and_no_place_in_line(without_seat):
    rows = await without_seat.rows("SELECT state, reason FROM application WHERE worker = :id", id=worker(1))
    assert rows == [("withdrawn", "hired")]
    assert await without_seat.hear(graded(1)) == []


async def test_who_lost_the_seat_goes_on_when_the_word_is_void(without_seat):
    (enrolled,) = await without_seat.hear(voided(1))
    assert (enrolled.worker, enrolled.again) == (worker(1), False)
    assert (await without_seat.states())[1] == "in-training"


async def test_who_lost_the_seat_waits_at_the_old_place(training):
    await training.hear(cancelled("S1"), registered(3))
    assert kinds(await training.hear(voided(1))) == ["WorkerWaitlisted"]
    (enrolled,) = await training.hear(offered("S2", seats=1))
    assert enrolled.worker == worker(1)
    assert (await selection_of(training, "S2"))["same"] is True


async def test_who_declined_by_mistake_sits_on(training):
    await training.hear(withdrawn(2))
    await training.hear(said(seat_declined(1, "S1"), 1))
    (enrolled,) = await training.hear(retracted(1, "S1", 1, SeatDeclined))
    assert (enrolled.worker, await training.seats("S1")) == (worker(1), {1: 1})
    await training.hear(registered(1, spell=2))
    assert await training.seats("S1") == {1: 1}


async def test_who_sat_in_a_course_that_is_not_cancelled_after_all_sits_on(training):
    await training.hear(said(cancelled("S1"), 1))
    await training.hear(course_retracted("S1", 1, CourseCancelled))
    assert await training.seats("S1") == {1: 1}
    assert (await training.states())[1] == "in-training"


async def test_the_word_of_another_id_counts_and_is_void_under_that_id(training):
    await training.hear(offered("W1", vocation="welding", seats=1))
    await training.hear(registered(3, wishes=["welding"]), registered(4, wishes=["welding"]), says(3))
    await training.hear(merged(3, into=4))
    assert (await training.states())[4] == "in-training"
    await training.hear(cancelled("W1"))
    assert (await training.states())[4] == "withdrawn"
    assert kinds(await training.hear(voided(3))) == ["WorkerWaitlisted"]
    assert (await training.states())[4] == "waiting"
