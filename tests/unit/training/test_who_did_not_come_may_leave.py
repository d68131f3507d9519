"""Who did not come to a course may leave as anybody else: nobody is to be asked then, and the absence counts no longer for the spell."""

from typing import Any

import pytest

from contract.examples import OFFICE
from shared.events import CourseCancelled, NoShowRecorded, WorkerEnrolled, WorkerWaitlisted
from tests.service_under_test import kinds, only
from tests.unit.training.examples import (
    amended,
    cancelled,
    course_retracted,
    erased,
    lifted,
    merged,
    no_show,
    offered,
    placed,
    registered,
    reinstated,
    retracted,
    said,
    split,
    voided,
    withdrawn,
)
from tests.unit.training.test_results_are_owed import admitted, looked_on

LATE = "2021-04-20"


async def stayed_away(training: Any) -> None:
    """The first worker did not come, and the second has the seat."""
    await training.hear(admitted(OFFICE, "office", "33.06"), offered("S1", seats=1), registered(1), registered(2))
    await training.hear(said(no_show(1, "S1"), 1))
    assert await training.states() == {1: "absent", 2: "in-training"}


@pytest.mark.parametrize(
    "leaves",
    [withdrawn(1), placed(1), erased(1), registered(1, spell=2), amended(1, wants=["work"])],
    ids=["withdrawn", "placed", "erased", "another spell", "wants work only"],
)
async def test_the_application_ends_and_nobody_is_reminded(training, leaves):
    await stayed_away(training)
    assert "WaitingEnded" in kinds(await training.hear(leaves))
    assert await training.states() == {1: "withdrawn", 2: "in-training"}
    assert await looked_on(training, LATE) == []


async def test_retracted_afterwards_it_gives_no_seat_and_no_place(training):
    await stayed_away(training)
    await training.hear(withdrawn(1), withdrawn(2))
    assert kinds(await training.hear(retracted(1, "S1", 1, NoShowRecorded))) == []
    assert await training.states() == {1: "withdrawn", 2: "withdrawn"}
    assert (await training.figures())["no-shows"] == 0


@pytest.mark.parametrize("back", [(withdrawn(1), reinstated(1)), (placed(1), voided(1))], ids=["reinstated", "voided"])
async def test_what_ended_it_is_retracted_and_the_worker_waits_at_the_old_place(training, back):
    await stayed_away(training)
    ended, retraction = back
    await training.hear(ended)
    assert [event.reason for event in only(WorkerWaitlisted, await training.hear(retraction))] == ["no-free-seat"]
    assert await training.states() == {1: "waiting", 2: "in-training"}


async def test_the_course_was_cancelled_since_and_the_absence_is_retracted(training):
    await stayed_away(training)
    await training.hear(said(cancelled("S1"), 2))
    told = only(WorkerWaitlisted, await training.hear(retracted(1, "S1", 1, NoShowRecorded)))
    assert [event.reason for event in told] == ["course-cancelled"]
    again = only(WorkerEnrolled, await training.hear(course_retracted("S1", 2, CourseCancelled)))
    assert [(event.seat, event.again) for event in again] == [(1, True)]


async def test_two_ids_of_whom_one_did_not_come_and_the_other_waits_are_one_who_waits(training):
    await stayed_away(training)
    await training.hear(registered(3, wishes=["barista"]))
    await training.hear(merged(1, into=3))
    assert await training.states() == {1: "withdrawn", 2: "in-training", 3: "waiting"}
    await training.hear(split(1, former=3))
    assert await training.states() == {1: "waiting", 2: "in-training", 3: "waiting"}


async def test_two_ids_of_whom_one_did_not_come_and_the_other_sits_elsewhere_are_one_who_sits_there(training):
    await stayed_away(training)
    await training.hear(offered("B1", vocation="barista"), registered(3, wishes=["barista"]))
    await training.hear(merged(3, into=1))
    assert await training.states() == {1: "in-training", 2: "in-training", 3: "withdrawn"}
    await training.hear(split(3, former=1))
    assert await training.states() == {1: "waiting", 2: "in-training", 3: "in-training"}


async def test_who_did_not_come_under_another_id_is_asked_under_the_id_that_stays(training):
    await stayed_away(training)
    await training.hear(merged(1, into=3))
    assert await training.states() == {1: "withdrawn", 2: "in-training", 3: "absent"}
    assert "AbsenceOverdue" in [name for name, _, _ in await looked_on(training, LATE)]
    await training.hear(retracted(1, "S1", 1, NoShowRecorded), lifted(3))
    assert await training.states() == {1: "withdrawn", 2: "in-training", 3: "waiting"}


async def test_two_again_the_absence_is_of_whose_id_the_seat_was(training):
    await stayed_away(training)
    await training.hear(merged(1, into=3))
    await training.hear(split(1, former=3))
    assert await training.states() == {1: "absent", 2: "in-training", 3: "withdrawn"}
    assert "AbsenceOverdue" in [name for name, _, _ in await looked_on(training, LATE)]
    await training.hear(withdrawn(1))
    assert await training.states() == {1: "withdrawn", 2: "in-training", 3: "withdrawn"}
