"""WorkerRestricted: no seat and no place on the list until it is lifted; a seat that is held and a place in line are kept."""

from datetime import date

from contract.examples import worker
from shared.events import WorkerEnrolled
from tests.service_under_test import kinds, only
from tests.unit.training.examples import amended, cancelled, lifted, offered, placed, registered, restricted, result


async def listed(training):
    return {row.worker for row in await training.rows("SELECT DISTINCT worker FROM wish")}


async def test_who_waits_is_passed_over_while_restricted_and_keeps_the_place_in_line(training):
    await training.hear(registered(1, applied_on=date(2021, 1, 1)), registered(2), registered(3))
    assert await training.hear(restricted(1)) == []
    assert await listed(training) == {worker(2), worker(3)}
    (enrolled,) = await training.hear(offered("S1", seats=1))
    assert enrolled.worker == worker(2)
    assert await training.hear(lifted(1)) == []
    assert await listed(training) == {worker(1), worker(3)}
    (enrolled,) = await training.hear(offered("S2", seats=1))
    assert enrolled.worker == worker(1)


async def test_when_it_is_lifted_a_free_seat_is_given_at_once(training):
    await training.hear(registered(1), restricted(1))
    assert await training.hear(offered("S1")) == []
    (enrolled,) = await training.hear(lifted(1))
    assert (type(enrolled), enrolled.worker) == (WorkerEnrolled, worker(1))


async def test_who_applies_while_restricted_waits_off_the_list(training):
    await training.hear(offered("S1"))
    assert await training.hear(registered(1, restricted=True)) == []
    assert await training.states() == {1: "waiting"}
    assert await listed(training) == set()
    await training.hear(amended(1, wishes=["sewing", "barista"], restricted=True))
    assert await listed(training) == set()
    assert kinds(await training.hear(lifted(1))) == ["WorkerEnrolled"]


async def test_the_next_spell_of_a_restricted_worker_is_restricted_too(training):
    await training.hear(registered(1), restricted(1), placed(1))
    await training.hear(offered("S1"), registered(1, spell=2))
    assert await training.states(spell=2) == {1: "waiting"}


async def test_a_seat_that_is_held_is_kept_and_a_result_counts(training):
    await training.hear(offered("S1"), registered(1))
    assert await training.hear(restricted(1)) == []
    assert await training.seats("S1") == {1: 1}
    assert kinds(await training.hear(result(1, "S1"))) == ["WorkerGraduated"]


async def test_who_loses_a_seat_while_restricted_gets_no_other(training):
    await training.hear(offered("S1"), offered("S2"), registered(1), restricted(1))
    assert kinds(await training.hear(cancelled("S1"))) == ["EnrolmentCancelled"]
    assert await training.states() == {1: "waiting"}
    said = await training.hear(lifted(1))
    assert [event.code for event in only(WorkerEnrolled, said)] == ["S2"]


async def test_a_restriction_of_somebody_who_never_applied_changes_nothing(training):
    assert await training.hear(restricted(1), lifted(1)) == []
    assert await training.states() == {}


async def test_what_happens_twice_in_one_batch_ends_as_the_last_says(training):
    await training.hear(offered("S1"))
    said = await training.hear(registered(1, restricted=True), lifted(1), restricted(1))
    assert only(WorkerEnrolled, said) == []
    assert await listed(training) == set()
