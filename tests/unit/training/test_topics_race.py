"""Placement's topic may be ahead of registration's, or behind it: the end is the same."""

import pytest

from contract.examples import OFFICE, worker
from shared.events import WaitingEnded, WorkerEnrolled
from tests.service_under_test import only
from tests.unit.training.examples import amended, offered, placed, registered, withdrawn


@pytest.mark.parametrize("outcome", ["hired", "recalled", "self-employed"])
async def test_who_works_before_their_application_arrives_is_not_enrolled(training, outcome):
    await training.hear(offered("S1"))
    assert await training.hear(placed(1, outcome)) == []
    assert await training.states() == {1: "gone"}
    assert await training.hear(registered(1)) == [
        WaitingEnded(worker=worker(1), spell=1, concerns=[OFFICE], reason=outcome)
    ]
    assert await training.states() == {1: "withdrawn"}
    figures = await training.figures()
    assert (figures["applied"], figures["withdrawn"], figures["enrolled"]) == (1, 1, 0)


async def test_who_never_wanted_training_is_not_counted(training):
    await training.hear(placed(1))
    assert await training.hear(registered(1, wants=["work"])) == []
    assert await training.states() == {1: "gone"}
    assert (await training.figures())["applied"] == 0


async def test_who_wanted_training_after_all_but_works_by_then_is_counted(training):
    await training.hear(offered("S1"), registered(1, wants=["work"]))
    await training.hear(placed(1))
    (said,) = await training.hear(amended(1))
    assert (type(said), said.reason) == (WaitingEnded, "hired")


async def test_the_next_spell_is_not_ended_by_the_last_ones_job(training):
    await training.hear(offered("S1"), registered(1, spell=2))
    assert await training.hear(placed(1, spell=1)) == []
    assert await training.states(spell=2) == {1: "in-training"}
    assert await training.hear(withdrawn(1, spell=1)) == []
    assert await training.states(spell=2) == {1: "in-training"}


async def test_a_spell_heard_of_after_its_successor_is_counted_and_not_seated(training):
    await training.hear(offered("S1"))
    await training.hear(placed(1, spell=2))
    said = await training.hear(registered(1, spell=1), registered(1, spell=2))
    assert [(type(event), event.spell, event.reason) for event in said] == [
        (WaitingEnded, 1, "new-spell"),
        (WaitingEnded, 2, "hired"),
    ]


async def test_the_old_spell_loses_its_seat_to_whoever_waits_and_then_the_new_one_is_placed(training):
    await training.hear(offered("S1", seats=1), registered(1), registered(2))
    await training.hear(registered(1, spell=2))
    assert only(WorkerEnrolled, await training.said())[-1].worker == worker(2)
    assert await training.hear(placed(1, spell=1)) == []
    (said,) = await training.hear(placed(1, spell=2))
    assert (type(said), said.spell, said.reason) == (WaitingEnded, 2, "hired")


async def test_a_registration_that_was_replayed_too_late_changes_nothing(training):
    await training.hear(registered(1), amended(1, wishes=["barista"]))
    assert await training.hear(registered(1)) == []
    assert await training.rows("SELECT vocation FROM wish") == [("barista",)]
