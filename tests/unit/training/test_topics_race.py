"""Placement's topic may be ahead of registration's, or behind it: the end is the same."""

import pytest

from shared.events import WaitingEnded, WorkerEnrolled
from tests.unit.training.office import DESK, amended, offered, only, placed, registered, withdrawn, worker


@pytest.mark.parametrize("outcome", ["hired", "recalled", "self-employed"])
async def test_who_works_before_being_heard_of_is_not_enrolled(office, outcome):
    await office.hear(offered("S1"))
    assert await office.hear(placed(1, outcome)) == []
    assert await office.states() == {1: "gone"}
    assert await office.hear(registered(1)) == [
        WaitingEnded(worker=worker(1), spell=1, concerns=[DESK], reason=outcome)
    ]
    assert await office.states() == {1: "withdrawn"}
    figures = await office.figures()
    assert (figures["applied"], figures["withdrawn"], figures["enrolled"]) == (1, 1, 0)


async def test_who_never_wanted_training_is_not_counted(office):
    await office.hear(placed(1))
    assert await office.hear(registered(1, wants=["work"])) == []
    assert await office.states() == {1: "gone"}
    assert (await office.figures())["applied"] == 0


async def test_who_wanted_training_after_all_but_works_by_then_is_counted(office):
    await office.hear(offered("S1"), registered(1, wants=["work"]))
    await office.hear(placed(1))
    (said,) = await office.hear(amended(1))
    assert (type(said), said.reason) == (WaitingEnded, "hired")


async def test_the_next_spell_is_not_ended_by_the_last_ones_job(office):
    await office.hear(offered("S1"), registered(1, spell=2))
    assert await office.hear(placed(1, spell=1)) == []
    assert await office.states(spell=2) == {1: "in-training"}
    assert await office.hear(withdrawn(1, spell=1)) == []
    assert await office.states(spell=2) == {1: "in-training"}


async def test_a_spell_heard_of_after_its_successor_is_counted_and_not_seated(office):
    await office.hear(offered("S1"))
    await office.hear(placed(1, spell=2))
    said = await office.hear(registered(1, spell=1), registered(1, spell=2))
    assert [(type(event), event.spell, event.reason) for event in said] == [
        (WaitingEnded, 1, "new-spell"),
        (WaitingEnded, 2, "hired"),
    ]


async def test_the_old_spell_loses_its_seat_to_whoever_waits_and_then_the_new_one_is_placed(office):
    await office.hear(offered("S1", seats=1), registered(1), registered(2))
    await office.hear(registered(1, spell=2))
    assert only(WorkerEnrolled, await office.said())[-1].worker == worker(2)
    assert await office.hear(placed(1, spell=1)) == []
    (said,) = await office.hear(placed(1, spell=2))
    assert (type(said), said.spell, said.reason) == (WaitingEnded, 2, "hired")


async def test_a_registration_that_was_replayed_too_late_changes_nothing(office):
    await office.hear(registered(1), amended(1, wishes=["barista"]))
    assert await office.hear(registered(1)) == []
    assert await office.rows("SELECT vocation FROM wish") == [("barista",)]
