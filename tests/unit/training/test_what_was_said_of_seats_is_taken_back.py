"""A result, an absence or a declined seat is retracted: the seat is the worker's again if it and the spell are still there."""

from datetime import date

import pytest

from shared.events import NoShowRecorded, WorkerWaitlisted
from tests.service_under_test import kinds, only
from tests.unit.training.examples import (
    amended,
    cancelled,
    merged,
    no_show,
    offered,
    registered,
    result,
    retracted,
    said,
    seat_declined,
    withdrawn,
)


async def left_early(training) -> None:
    """The first worker left early, and the second has the seat."""
    await training.hear(offered("S1", seats=1, entry_until=date(2021, 4, 1)), registered(1), registered(2))
    await training.hear(said(result(1, "S1", "left", on=date(2021, 3, 4)), 1))
    assert await training.states() == {1: "not-completed", 2: "in-training"}


async def test_who_left_early_and_was_withdrawn_since_does_not_wait_again(training):
    await left_early(training)
    await training.hear(withdrawn(1))
    answer = await training.hear(retracted(1, "S1", 1))
    assert kinds(answer) == ["TrainingResultVoided", "EnrolmentCancelled"]
    assert await training.states() == {1: "withdrawn", 2: "in-training"}


async def test_who_left_early_and_waits_in_a_later_spell_waits_there_alone(training):
    await left_early(training)
    await training.hear(registered(1, spell=2))
    answer = await training.hear(retracted(1, "S1", 1))
    assert kinds(answer) == ["TrainingResultVoided", "EnrolmentCancelled"]
    assert await training.states() == {1: "withdrawn", 2: "in-training"}
    assert await training.states(spell=2) == {1: "waiting"}


async def test_who_left_early_a_course_that_was_cancelled_since_waits_at_the_old_place(training):
    await left_early(training)
    await training.hear(cancelled("S1"))
    answer = await training.hear(retracted(1, "S1", 1))
    assert [event.reason for event in only(WorkerWaitlisted, answer)] == ["course-cancelled"]
    assert await training.states() == {1: "waiting", 2: "waiting"}


async def test_whose_absence_is_retracted_when_the_seat_is_gone_is_told_that_they_wait(training):
    await training.hear(offered("S1", seats=1), registered(1), registered(2))
    await training.hear(said(no_show(1, "S1"), 1))
    assert kinds(await training.hear(retracted(1, "S1", 1, NoShowRecorded))) == ["WorkerWaitlisted"]
    assert await training.states() == {1: "waiting", 2: "in-training"}


@pytest.mark.parametrize("fact", [no_show(1, "S1"), seat_declined(1, "S1")], ids=lambda fact: type(fact).__name__)
async def test_who_sits_elsewhere_since_is_counted_among_those_no_longer(training, fact):
    await training.hear(offered("S1", seats=1), registered(1), registered(2))
    await training.hear(said(fact, 1), amended(1), offered("S2", seats=1))
    assert await training.states() == {1: "in-training", 2: "in-training"}
    before = await training.figures()
    assert kinds(await training.hear(retracted(1, "S1", 1, type(fact)))) == []
    after = await training.figures()
    assert before["no-shows"] + before["declined"] == 1
    assert after["no-shows"] + after["declined"] == 0


async def test_who_has_a_seat_in_the_same_course_again_is_counted_among_those_no_longer(training):
    await training.hear(offered("S1", seats=1), registered(1), said(no_show(1, "S1"), 1), amended(1))
    assert await training.states() == {1: "in-training"}
    await training.hear(retracted(1, "S1", 1, NoShowRecorded))
    assert await training.states() == {1: "in-training"}
    assert (await training.figures())["no-shows"] == 0


async def test_two_absences_of_one_worker_are_retracted_at_once(training):
    await training.hear(offered("S1", seats=1), registered(1), registered(2))
    await training.hear(said(no_show(1, "S1"), 1), amended(1), offered("S2", seats=1), withdrawn(2))
    await training.hear(said(no_show(1, "S2"), 2))
    assert await training.states() == {1: "absent", 2: "withdrawn"}
    await training.hear(retracted(1, "S1", 1, NoShowRecorded), retracted(1, "S2", 2, NoShowRecorded))
    assert await training.states() == {1: "in-training", 2: "withdrawn"}
    assert (await training.seats("S1"), await training.seats("S2")) == ({1: 1}, {})
    assert (await training.figures())["no-shows"] == 0


async def test_two_words_of_one_seat_are_retracted_at_once(training):
    await training.hear(offered("S1", seats=1), registered(1), said(no_show(1, "S1"), 1), amended(1))
    await training.hear(said(result(1, "S1"), 2))
    answer = await training.hear(retracted(1, "S1", 1, NoShowRecorded), retracted(1, "S1", 2))
    assert kinds(answer) == ["TrainingResultVoided"]
    assert await training.states() == {1: "in-training"}


async def test_who_declined_a_seat_of_which_a_wrong_result_is_retracted_gets_the_next_that_fits(training):
    await training.hear(offered("S1", seats=1), registered(1))
    await training.hear(said(result(1, "S1", "failed"), 1), seat_declined(1, "S1"), offered("S2", seats=1))
    answer = await training.hear(retracted(1, "S1", 1))
    assert kinds(answer) == ["TrainingResultVoided", "SeatGivenUp", "WorkerWaitlisted", "WorkerEnrolled"]
    assert await training.seats("S2") == {1: 1}


@pytest.mark.parametrize("refused", [no_show(1, "S1"), result(1, "S1", "failed")], ids=lambda fact: type(fact).__name__)
async def test_what_was_refused_voids_no_result_of_which_it_is_not_known_who_said_it(training, refused):
    await training.hear(offered("S1"), registered(1), result(1, "S1"), said(refused, 2))
    await training.run("UPDATE enrolment SET result_fact = NULL")  # as it was before facts were named
    assert kinds(await training.hear(retracted(1, "S1", 2, type(refused)))) == []
    assert await training.states() == {1: "graduated"}


async def test_a_declined_seat_said_twice_at_once_is_given_up_once(training):
    await training.hear(offered("S1", seats=1), registered(1), offered("S2", seats=1))
    answer = await training.hear(seat_declined(1, "S1"), seat_declined(1))
    assert kinds(answer) == ["SeatGivenUp", "WorkerEnrolled"]
    assert await training.seats("S2") == {1: 1}


async def test_who_was_merged_is_judged_again_under_the_id_that_stays_alone(training):
    await training.hear(offered("S1", seats=1), registered(2), said(result(2, "S1"), 1))
    await training.hear(registered(2, spell=2), registered(1))
    await training.hear(merged(1, into=2, into_spell=2))
    assert (await training.states(), await training.states(spell=2)) == ({1: "refused", 2: "graduated"}, {2: "refused"})
    await training.hear(retracted(2, "S1", 1))
    assert (await training.states())[1] == "refused"
    assert await training.states(spell=2) == {2: "in-training"}
