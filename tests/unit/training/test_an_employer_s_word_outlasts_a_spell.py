"""Whom an employer alone says to be at work sits on in the next spell."""

import pytest

from contract.examples import worker
from shared.events import WorkerEnrolled, WorkerGraduated
from tests.service_under_test import kinds, only
from tests.unit.training.examples import (
    amended,
    graded,
    offered,
    placed,
    registered,
    reinstated,
    result,
    says,
    sits_by_a_word,
    voided,
    withdrawn,
)
from tests.unit.training.test_a_selection_is_replayed import selection_of


@pytest.fixture
async def training(training):
    return await sits_by_a_word(training)


async def test_the_seat_is_the_next_spell_s(training):
    (enrolled,) = await training.hear(registered(1, spell=2))
    assert (type(enrolled), enrolled.worker, enrolled.spell, enrolled.again) == (WorkerEnrolled, worker(1), 2, True)
    assert (await training.states(), await training.states(spell=2)) == (
        {1: "withdrawn", 2: "waiting"},
        {1: "in-training"},
    )
    assert await training.seats("S1") == {1: 1}


async def test_a_word_and_the_next_spell_may_come_in_one_batch(training):
    await training.hear(offered("W1", vocation="welding", seats=1), registered(3, wishes=["welding"]))
    await training.hear(says(3), registered(3, spell=2))
    assert await training.seats("W1") == {1: 3}
    assert await training.states(spell=2) == {3: "in-training"}


@pytest.mark.parametrize("later", [graded(1), voided(1), withdrawn(1)])
async def test_what_becomes_of_the_word_changes_nothing_for_the_next_spell(training, later):
    await training.hear(registered(1, spell=2))
    assert await training.hear(later) == []
    assert await training.seats("S1") == {1: 1}


async def test_a_result_counts_for_the_next_spell(training):
    await training.hear(registered(1, spell=2))
    (graduated,) = only(WorkerGraduated, await training.hear(result(1, "S1")))
    assert graduated.spell == 2


async def test_the_next_spell_ends_as_any_other(training):
    await training.hear(registered(1, spell=2))
    cancelled, enrolled = await training.hear(withdrawn(1, spell=2))
    assert (cancelled.spell, cancelled.reason, enrolled.worker) == (2, "withdrawn", worker(2))


async def test_a_replay_gives_the_same_seats(training):
    await training.hear(registered(1, spell=2))
    await training.hear(withdrawn(1, spell=2))
    told = await selection_of(training)
    assert told["same"] is True
    assert [(item["worker"], item["state"]) for item in told["items"]] == [
        (worker(1), "cancelled"),
        (worker(2), "in-training"),
    ]


async def test_a_next_spell_without_a_wish_for_training_leaves_the_seat_to_the_confirmation(training):
    assert await training.hear(registered(1, spell=2, wants=["work"])) == []
    assert await training.seats("S1") == {1: 1}
    assert kinds(await training.hear(graded(1))) == ["EnrolmentCancelled", "WorkerEnrolled"]


async def test_who_wants_no_training_in_the_next_spell_sits_on_when_the_word_is_void(training):
    await training.hear(registered(1, spell=2, wants=["work"]))
    assert await training.hear(voided(1)) == []
    assert await training.seats("S1") == {1: 1}


async def test_a_void_word_leaves_no_seat_to_whom_the_next_spell_s_job_has_placed(training):
    await training.hear(placed(1, spell=2))
    await training.hear(registered(1, spell=2))
    assert await training.seats("S1") == {1: 1}
    cancelled, enrolled = await training.hear(voided(1))
    assert (cancelled.reason, enrolled.worker) == ("new-spell", worker(2))


async def test_a_wish_for_training_that_comes_later_takes_the_seat_along(training):
    await training.hear(registered(1, spell=2, wants=["work"]))
    (enrolled,) = await training.hear(amended(1, spell=2))
    assert (enrolled.spell, enrolled.again, await training.seats("S1")) == (2, True, {1: 1})


async def test_a_confirmation_that_is_taken_back_is_a_word_again(training):
    await training.hear(offered("W1", vocation="welding", seats=1), registered(3, wishes=["welding"]))
    await training.hear(says(3), graded(3), graded(3, "employer-says"))
    await training.hear(registered(4, wishes=["welding"]), registered(3, spell=2))
    assert await training.seats("W1") == {1: 3}


async def test_a_confirmed_hire_is_a_word_no_longer(training):
    await training.hear(offered("W1", vocation="welding", seats=1), registered(3, wishes=["welding"]))
    await training.hear(says(3), graded(3))
    assert kinds(await training.hear(registered(3, spell=2, wishes=["welding"]))) == ["WorkerEnrolled"]
    assert [each.again for each in only(WorkerEnrolled, await training.said())][-1] is False


async def test_a_withdrawal_that_is_taken_back_gives_no_place_in_line(training):
    await training.hear(withdrawn(1))
    await training.hear(reinstated(1))
    assert await training.states() == {1: "withdrawn", 2: "in-training"}
    assert kinds(await training.hear(voided(1))) == ["WorkerWaitlisted"]
