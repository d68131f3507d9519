"""WorkerRegistered and ApplicationAmended: a seat, a place on the waiting list, or a refusal."""

from datetime import date

from contract.examples import OFFICE, PROVIDER, PURWOREJO, worker
from shared.events import ApplicationRefused, EnrolmentCancelled, WaitingEnded, WorkerEnrolled, WorkerWaitlisted
from tests.service_under_test import kinds, only
from tests.unit.training.examples import KEBUMEN, amended, course_id, offered, registered, result


async def test_says_who_is_enrolled_and_why(training):
    await training.hear(offered("S1", seats=16, title="Operator jahit"))
    (said,) = await training.hear(registered(1))

    assert said == WorkerEnrolled(
        worker=worker(1),
        spell=1,
        concerns=[OFFICE],
        course=course_id("S1"),
        code="S1",
        provider=PROVIDER,
        title="Operator jahit",
        vocation="sewing",
        region=PURWOREJO,
        reach="regency",
        mode="in-person",
        starts_on=date(2021, 3, 1),
        ends_on=date(2021, 4, 30),
        seat=1,
        seats=16,
        applied_on=date(2021, 2, 3),
        order="1st of 16; applied 2021-02-03",
        from_waiting_list=False,
    )
    assert await training.states() == {1: "in-training"}
    assert await training.seats("S1") == {1: 1}


async def test_says_once_who_waits(training):
    assert only(WorkerWaitlisted, await training.hear(registered(1))) == [
        WorkerWaitlisted(worker=worker(1), spell=1, concerns=[OFFICE], applied_on=date(2021, 2, 3), wishes=["sewing"])
    ]
    assert await training.hear(amended(1, wishes=["sewing", "barista"])) == []
    assert await training.states() == {1: "waiting"}


async def test_seats_by_the_day_of_application_within_a_batch(training):
    await training.hear(offered("S1", seats=1))
    await training.hear(registered(1, applied_on=date(2021, 2, 4)), registered(2, applied_on=date(2021, 2, 3)))
    assert await training.states() == {1: "waiting", 2: "in-training"}


async def test_leaves_alone_who_wants_work_only(training):
    await training.hear(offered("S1"))
    assert await training.hear(registered(1, wants=["work"])) == []
    assert await training.states() == {}


async def test_leaves_alone_who_was_not_asked_and_the_place_is_of_the_day_of_the_answer(training):
    await training.hear(offered("S1", seats=1), registered(1, wants=[]), registered(2, applied_on=date(2021, 2, 10)))
    assert await training.states() == {2: "in-training"}
    await training.hear(registered(3, applied_on=date(2021, 2, 12)))
    await training.hear(amended(1, wants=["training"], applied_on=date(2021, 2, 20)))
    assert await training.states() == {1: "waiting", 2: "in-training", 3: "waiting"}
    await training.hear(offered("S2", seats=1))
    assert await training.states() == {1: "waiting", 2: "in-training", 3: "in-training"}


async def test_seats_who_wants_training_after_all(training):
    await training.hear(offered("S1"), registered(1, wants=["work"]))
    assert kinds(await training.hear(amended(1, wants=["work", "training"]))) == ["WorkerEnrolled"]


async def test_a_new_wish_gives_a_waiting_worker_a_seat_at_once(training):
    await training.hear(offered("B1", vocation="barista"), registered(1))
    (said,) = await training.hear(amended(1, wishes=["sewing", "barista"], concerns=[OFFICE, "spn-purworejo"]))

    assert (said.code, said.from_waiting_list, said.concerns) == ("B1", True, [OFFICE, "spn-purworejo"])
    assert await training.rows("SELECT * FROM wish") == []


async def test_a_move_gives_a_waiting_worker_a_seat_at_once(training):
    await training.hear(offered("S1"), registered(1, region=KEBUMEN))
    assert kinds(await training.hear(amended(1, region=PURWOREJO))) == ["WorkerEnrolled"]


async def test_an_amended_wish_keeps_the_place_in_line(training):
    await training.hear(registered(1, wishes=["barista"]), registered(2))
    await training.hear(amended(1, wishes=["barista", "sewing"]))
    (said,) = await training.hear(offered("S1", seats=1))
    assert said.worker == worker(1)


async def test_an_old_wish_is_off_the_list(training):
    await training.hear(registered(1), amended(1, wishes=["barista"]))
    assert await training.hear(offered("S1")) == []
    assert kinds(await training.hear(offered("B1", vocation="barista"))) == ["WorkerEnrolled"]


async def test_an_old_wish_gets_no_seat_that_is_freed_in_the_same_batch(training):
    await training.hear(offered("S1", seats=1), registered(1), registered(2))
    said = await training.hear(amended(2, wishes=["barista"]), amended(1, spell=2, wants=["work"]))
    assert kinds(said) == ["EnrolmentCancelled"]
    assert await training.states() == {1: "withdrawn", 2: "waiting"}


async def test_what_is_amended_in_mid_course_is_said_from_then_on(training):
    await training.hear(offered("S1"), registered(1))
    assert await training.hear(amended(1, concerns=[OFFICE, "spn-purworejo"], reach="abroad", region=KEBUMEN)) == []
    (said,) = await training.hear(result(1, "S1"))
    assert (said.concerns, said.reach, said.region) == ([OFFICE, "spn-purworejo"], "abroad", KEBUMEN)


async def test_refuses_who_is_certified_in_every_wish(training):
    await training.hear(offered("S1"), registered(1))
    await training.hear(result(1, "S1"))
    said = await training.hear(registered(1, spell=2))

    assert said == [ApplicationRefused(worker=worker(1), spell=2, concerns=[OFFICE], reason="already-certified")]
    assert await training.states(spell=2) == {1: "refused"}
    assert await training.hear(amended(1, spell=2)) == []


async def test_a_new_wish_undoes_a_refusal(training):
    await training.hear(offered("S1"), registered(1))
    await training.hear(result(1, "S1"))
    await training.hear(registered(1, spell=2))
    assert kinds(await training.hear(amended(1, spell=2, wishes=["sewing", "barista"]))) == ["WorkerWaitlisted"]
    assert await training.hear(offered("S2")) == []
    assert kinds(await training.hear(offered("B1", vocation="barista"))) == ["WorkerEnrolled"]


async def test_who_would_learn_anything_is_not_taught_the_same_twice(training):
    await training.hear(offered("S1"), registered(1))
    await training.hear(result(1, "S1"))
    assert kinds(await training.hear(registered(1, spell=2, wishes=[]))) == ["WorkerWaitlisted"]
    assert await training.hear(offered("S2")) == []
    assert kinds(await training.hear(offered("B1", vocation="barista"))) == ["WorkerEnrolled"]


async def test_who_need_not_learn_it_hides_nobody_behind_them(training):
    await training.hear(offered("S1"), registered(1), registered(2))
    await training.hear(result(1, "S1"), result(2, "S1"))
    await training.hear(registered(1, spell=2, wishes=[]), registered(2, spell=2, wishes=[]), registered(3, wishes=[]))
    (said,) = await training.hear(offered("S2", seats=1))
    assert said.worker == worker(3)


async def test_a_new_spell_ends_the_enrolment_of_the_old_one(training):
    await training.hear(offered("S1", seats=1), registered(1), registered(2))
    cancelled, passed_on, waits = await training.hear(registered(1, spell=2, applied_on=date(2021, 3, 3)))

    assert (type(cancelled), cancelled.spell, cancelled.reason) == (EnrolmentCancelled, 1, "new-spell")
    assert (type(passed_on), passed_on.worker) == (WorkerEnrolled, worker(2))
    assert (type(waits), waits.worker, waits.spell) == (WorkerWaitlisted, worker(1), 2)


async def test_a_new_spell_ends_the_waiting_of_the_old_one_even_in_the_same_batch(training):
    said = await training.hear(registered(1), registered(1, spell=2, wishes=["barista"]))
    assert only(WaitingEnded, said) == [WaitingEnded(worker=worker(1), spell=1, concerns=[OFFICE], reason="new-spell")]
    assert (await training.states(), await training.states(spell=2)) == ({1: "withdrawn"}, {1: "waiting"})
    assert await training.rows("SELECT vocation FROM wish") == [("barista",)]


async def test_a_new_spell_for_work_alone_ends_the_old_one_too(training):
    await training.hear(registered(1))
    assert kinds(await training.hear(registered(1, spell=2, wants=["work"]))) == ["WaitingEnded"]


async def test_ignores_a_repeat(training):
    await training.hear(offered("S1"))
    await training.hear(registered(1))
    assert await training.deliver(*training.heard) == []
    assert await training.states() == {1: "in-training"}


async def test_failure_leaves_nothing_behind(training):
    await training.tamper("ALTER TABLE wish ADD CHECK (vocation <> 'welding')")
    await training.hear(offered("S1"))
    said = await training.hear(registered(1), registered(2, wishes=["welding"]), registered(3))

    assert [event.worker for event in said] == [worker(1), worker(3)]
    assert await training.states() == {1: "in-training", 3: "in-training"}
    assert len(await training.buried()) == 1
    assert await training.broken() == {}
