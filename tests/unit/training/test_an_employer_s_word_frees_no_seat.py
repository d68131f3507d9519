"""A worker of whom an employer alone says that he works again keeps the seat until that is confirmed."""

import pytest

from contract.examples import example, worker
from shared.events import PlacementVoided, SeatDeclined
from tests.service_under_test import kinds
from tests.unit.training.examples import (
    graded,
    merged,
    offered,
    placed,
    registered,
    result,
    retracted,
    said,
    says,
    seat_declined,
)


@pytest.fixture
async def training(training):
    """One seat: worker 1 sits in it, 2 and 3 wait."""
    await training.hear(offered("S1", seats=1), registered(1), registered(2), registered(3))
    return training


@pytest.mark.parametrize("outcome", ["hired", "recalled", "self-employed"])
async def test_the_seat_is_kept_until_the_placement_is_confirmed(training, outcome):
    assert await training.hear(says(1, outcome)) == []
    assert await training.states() == {1: "in-training", 2: "waiting", 3: "waiting"}
    cancelled, enrolled = await training.hear(graded(1, outcome=outcome))
    assert (cancelled.reason, enrolled.worker) == (outcome, worker(2))


async def test_a_place_in_line_is_given_up_at_once(training):
    assert kinds(await training.hear(says(2))) == ["WaitingEnded"]
    assert await training.hear(graded(2)) == []


async def test_who_denies_the_hire_sits_on(training):
    await training.hear(says(1))
    assert await training.hear(example(PlacementVoided, worker=worker(1))) == []
    assert await training.states() == {1: "in-training", 2: "waiting", 3: "waiting"}
    assert kinds(await training.hear(result(1, "S1"))) == ["WorkerGraduated"]


async def test_a_confirmation_that_is_taken_back_changes_nothing_where_the_seat_went_to_another(training):
    await training.hear(says(1), graded(1))
    assert await training.hear(graded(1, "employer-says")) == []


async def test_a_seat_that_is_free_is_the_worker_s_again_when_the_confirmation_is_taken_back(training):
    await training.hear(offered("W1", vocation="welding", seats=1), registered(4, wishes=["welding"]))
    await training.hear(says(4), graded(4))
    (enrolled,) = await training.hear(graded(4, "employer-says"))
    assert (enrolled.worker, enrolled.again) == (worker(4), True)
    assert kinds(await training.hear(graded(4, "employer-says"), graded(4))) == ["EnrolmentCancelled"]


async def test_a_result_that_comes_before_the_confirmation_counts(training):
    await training.hear(says(1))
    await training.hear(result(1, "S1"))
    assert await training.hear(graded(1)) == []
    assert (await training.states())[1] == "graduated"


async def test_a_placement_and_its_confirmation_in_one_batch_free_the_seat(training):
    heard = await training.hear(says(1), graded(1))
    assert kinds(heard) == ["EnrolmentCancelled", "WorkerEnrolled"]


async def test_a_seat_that_was_had_again_is_freed_and_had_again(training):
    await training.hear(offered("W1", vocation="welding", seats=1), registered(4, wishes=["welding"]))
    await training.hear(said(seat_declined(4, "W1"), 1), offered("W2", vocation="welding", seats=1))
    await training.hear(said(seat_declined(4, "W2"), 2))
    await training.hear(retracted(4, "W1", 1, SeatDeclined))
    assert await training.seats("W1") == {1: 4}
    assert kinds(await training.hear(says(4), graded(4))) == ["EnrolmentCancelled"]
    assert (await training.seats("W1"), await training.seats("W2")) == ({}, {})
    assert kinds(await training.hear(graded(4, "employer-says"))) == ["WorkerEnrolled"]
    assert await training.seats("W1") == {1: 4}


async def test_a_confirmation_of_one_id_that_is_taken_back_undoes_no_placement_of_the_other(training):
    await training.hear(offered("W1", vocation="welding", seats=1), registered(4, wishes=["welding"]))
    await training.hear(registered(5, wants=["work"]))
    await training.hear(merged(5, into=4))
    await training.hear(placed(4))
    assert await training.seats("W1") == {}
    await training.hear(says(5), graded(5))
    assert await training.hear(graded(5, "employer-says")) == []
    assert await training.seats("W1") == {}
