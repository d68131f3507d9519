"""RegistrationWithdrawn and WorkerPlaced: what is open ends, and the seat is passed on in the same transaction."""

from datetime import date

import pytest

from contract.examples import OFFICE, PROVIDER, worker
from shared.events import EnrolmentCancelled, WaitingEnded, WorkerEnrolled
from tests.service_under_test import kinds
from tests.unit.training.examples import KEBUMEN, course_id, erased, offered, placed, registered, result, withdrawn


async def test_withdrawn_in_mid_course(training):
    await training.hear(offered("S1", seats=1, title="Jahit"), registered(1), registered(2), registered(3))
    cancelled, enrolled = await training.hear(withdrawn(1))

    assert cancelled == EnrolmentCancelled(
        worker=worker(1),
        spell=1,
        concerns=[OFFICE],
        course=course_id("S1"),
        code="S1",
        provider=PROVIDER,
        title="Jahit",
        reason="withdrawn",
    )
    assert (type(enrolled), enrolled.worker, enrolled.seat) == (WorkerEnrolled, worker(2), 1)
    assert enrolled.from_waiting_list
    assert await training.states() == {1: "withdrawn", 2: "in-training", 3: "waiting"}
    assert (await training.figures())["passed-on"] == 1


@pytest.mark.parametrize("outcome", ["hired", "recalled", "self-employed"])
async def test_works_again_in_mid_course(training, outcome):
    await training.hear(offered("S1", seats=1), registered(1), registered(2))
    cancelled, enrolled = await training.hear(placed(1, outcome))
    assert (cancelled.reason, enrolled.worker) == (outcome, worker(2))


async def test_erased_in_mid_course_or_while_waiting(training):
    await training.hear(offered("S1", seats=1), registered(1), registered(2), registered(3))
    said = await training.hear(erased(1), erased(3), erased(7))
    assert kinds(said) == ["EnrolmentCancelled", "WaitingEnded", "WorkerEnrolled"]
    assert [event.reason for event in said[:2]] == ["withdrawn", "withdrawn"]
    assert await training.states() == {1: "withdrawn", 2: "in-training", 3: "withdrawn"}
    assert await training.rows("SELECT count(*) FROM erased") == [(3,)]


async def test_erased_after_a_result_the_result_stays(training):
    await training.hear(offered("S1"), registered(1))
    await training.hear(result(1, "S1"))
    assert await training.hear(erased(1)) == []
    assert await training.states() == {1: "graduated"}


async def test_withdrawn_while_waiting(training):
    await training.hear(registered(1))
    assert await training.hear(withdrawn(1)) == [
        WaitingEnded(worker=worker(1), spell=1, concerns=[OFFICE], reason="withdrawn")
    ]
    assert await training.hear(offered("S1")) == []
    assert await training.states() == {1: "withdrawn"}


async def test_works_again_while_waiting(training):
    await training.hear(registered(1))
    (said,) = await training.hear(placed(1, "recalled"))
    assert (type(said), said.reason) == (WaitingEnded, "recalled")


async def test_after_graduation_there_is_nothing_to_end(training):
    await training.hear(offered("S1"), registered(1), registered(2))
    await training.hear(result(1, "S1"), result(2, "S1", "failed"))
    assert await training.hear(placed(1), placed(2)) == []
    assert await training.hear(withdrawn(1)) == []
    assert await training.states() == {1: "graduated", 2: "not-completed"}


async def test_the_seat_passes_over_whom_it_does_not_fit(training):
    await training.hear(
        offered("S1", seats=1),
        registered(1),
        registered(2, wishes=["barista"]),
        registered(3, region=KEBUMEN),
        registered(4, applied_on=date(2021, 5, 1)),
        registered(5),
    )
    _, enrolled = await training.hear(withdrawn(1))
    assert enrolled.worker == worker(5)


async def test_two_who_leave_at_once_make_room_for_two(training):
    await training.hear(offered("S1"), *(registered(n) for n in range(1, 6)))
    said = await training.hear(withdrawn(1), withdrawn(2))
    assert kinds(said) == ["EnrolmentCancelled"] * 2 + ["WorkerEnrolled"] * 2
    assert await training.seats("S1") == {1: 3, 2: 4}


async def test_nobody_who_leaves_at_the_same_time_gets_the_seat(training):
    await training.hear(offered("S1", seats=1), registered(1), registered(2), registered(3))
    assert kinds(await training.hear(withdrawn(1), withdrawn(2))) == [
        "EnrolmentCancelled",
        "WaitingEnded",
        "WorkerEnrolled",
    ]
    assert await training.states() == {1: "withdrawn", 2: "withdrawn", 3: "in-training"}


async def test_the_lowest_seat_is_passed_on_first_and_only_once(training):
    await training.hear(offered("S1", seats=3), *(registered(n) for n in (1, 2, 3)))
    await training.hear(withdrawn(3), withdrawn(1))
    await training.hear(registered(4), registered(5), registered(6))
    assert await training.seats("S1") == {1: 4, 2: 2, 3: 5}
    assert (await training.states())[6] == "waiting"


async def test_a_new_applicant_does_not_jump_the_queue_for_a_seat_freed_by_a_new_spell(training):
    await training.hear(offered("S1", seats=1), registered(1), registered(2, applied_on=date(2021, 2, 4)))
    said = await training.hear(
        registered(1, spell=2, applied_on=date(2021, 3, 1)), registered(3, applied_on=date(2021, 3, 2))
    )
    assert [event.worker for event in said if isinstance(event, WorkerEnrolled)] == [worker(2)]


async def test_ignores_a_repeat(training):
    await training.hear(offered("S1", seats=1), registered(1), registered(2))
    await training.hear(withdrawn(1))
    assert await training.deliver(*training.heard) == []
    assert await training.hear(placed(2)) != []
    assert await training.deliver(*training.heard) == []


@pytest.mark.parametrize("ended", [withdrawn, placed])
async def test_failure_leaves_nothing_behind(training, ended):
    await training.hear(offered("S1", seats=1), registered(1), registered(2))
    await training.tamper(f"ALTER TABLE enrolment ADD CHECK (worker <> '{worker(2)}')")
    assert await training.hear(ended(1)) == []
    assert await training.states() == {1: "in-training", 2: "waiting"}
    assert len(await training.buried()) == 1
    assert await training.broken() == {}
