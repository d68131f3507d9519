"""After a merge a worker has one application, the earliest place in line and one seat; a split gives each id what was its own."""

from datetime import date
from typing import Any

import pytest

from contract.examples import number_of, worker
from shared.events import EnrolmentCancelled, TrainingResultRefused, WaitingEnded, WorkerEnrolled, WorkerGraduated
from tests import interleaving
from tests.service_under_test import kinds, only
from tests.unit.training.examples import (
    TrainingUnderTest,
    amended,
    cancelled,
    course_id,
    merged,
    offered,
    placed,
    registered,
    result,
    split,
    withdrawn,
)

SITI, TWIN, BUDI = 1, 2, 3
"""The id that stays, the other id of the same person, and somebody else."""
FEBRUARY_1, FEBRUARY_2, FEBRUARY_3 = (date(2021, 2, day) for day in (1, 2, 3))


async def places(training: TrainingUnderTest) -> dict[int, tuple[Any, ...]]:
    found = await training.rows("SELECT worker, applied_on, position FROM wish ORDER BY worker")
    return {number_of(row.worker): (row.applied_on, row.position) for row in found}


async def test_the_earliest_place_in_line_is_kept(training):
    await training.hear(registered(TWIN, applied_on=FEBRUARY_1))
    await training.hear(registered(BUDI, applied_on=FEBRUARY_2), registered(SITI, applied_on=FEBRUARY_3))
    await training.hear(merged(TWIN, into=SITI), amended(SITI, applied_on=FEBRUARY_1, position=1))
    assert await training.states() == {SITI: "waiting", TWIN: "withdrawn", BUDI: "waiting"}
    assert await places(training) == {SITI: (FEBRUARY_1, 1), BUDI: (FEBRUARY_2, 2)}
    (seat,) = only(WorkerEnrolled, await training.hear(offered("S1", seats=1)))
    assert seat.worker == worker(SITI)


async def test_of_one_day_the_others_earlier_position_counts(training):
    await training.hear(registered(TWIN), registered(BUDI), registered(SITI))
    await training.hear(merged(TWIN, into=SITI), amended(SITI, position=1))
    await training.hear(offered("S1", seats=1))
    assert await training.seats("S1") == {1: SITI}


@pytest.mark.parametrize("who_sits", [SITI, TWIN])
async def test_if_one_sits_and_one_waits_the_seat_stays_and_its_result_is_recorded_under_either_id(training, who_sits):
    waits = SITI + TWIN - who_sits
    await training.hear(offered("S1", seats=1), registered(who_sits), registered(waits))
    assert await training.hear(merged(TWIN, into=SITI)) == []
    assert await training.states() == {SITI: "in-training", TWIN: "withdrawn"}
    assert await training.seats("S1") == {1: SITI}
    said = await training.hear(result(waits, "S1"))
    assert [(type(event), event.worker, event.spell) for event in said] == [(WorkerGraduated, worker(who_sits), 1)]
    (again,) = await training.hear(result(who_sits, "S1"))
    assert again == TrainingResultRefused(
        worker=worker(who_sits), course=course_id("S1"), code="S1", agency="blk-purworejo", reason="already-recorded"
    )


async def test_a_result_under_both_ids_at_once_is_recorded_once(training):
    await training.hear(offered("S1", seats=1), registered(TWIN), merged(TWIN, into=SITI))
    said = await training.hear(result(TWIN, "S1"), result(SITI, "S1"))
    assert kinds(said) == ["WorkerGraduated", "TrainingResultRefused"]


@pytest.mark.parametrize("first", [SITI, TWIN])
async def test_if_both_sit_the_seat_given_first_stays_and_the_other_goes_to_the_next_in_line(training, first):
    second = SITI + TWIN - first
    await training.hear(offered("S1", seats=1), registered(first))
    await training.hear(offered("S2", seats=1), registered(second), registered(BUDI))
    said = await training.hear(merged(TWIN, into=SITI))
    assert [(type(event), number_of(event.worker), event.code) for event in said] == [
        (EnrolmentCancelled, second, "S2"),
        (WorkerEnrolled, BUDI, "S2"),
    ]
    assert said[0].reason == "new-spell"
    assert await training.states() == {SITI: "in-training", TWIN: "withdrawn", BUDI: "in-training"}
    assert (await training.seats("S1"), await training.seats("S2")) == ({1: SITI}, {1: BUDI})


async def test_the_certificates_of_both_count(training):
    await training.hear(offered("S1", seats=1), registered(TWIN), result(TWIN, "S1"))
    await training.hear(registered(SITI, spell=2, wishes=["sewing", "barista"]))
    assert kinds(await training.hear(merged(TWIN, into=SITI, into_spell=None))) == []
    assert await training.rows("SELECT vocation, certified FROM wish") == [("barista", ["sewing"])]
    await training.hear(offered("S2", seats=1))
    assert await training.seats("S2") == {}, "nothing is offered again in which either id is certified"
    (refused,) = await training.hear(amended(SITI, spell=2, wishes=["sewing"]))
    assert (type(refused).__name__, refused.worker) == ("ApplicationRefused", worker(SITI))


async def test_who_is_certified_under_another_id_and_applies_later_is_offered_nothing_of_that(training):
    await training.hear(offered("S1", seats=1), registered(TWIN), result(TWIN, "S1"))
    await training.hear(merged(TWIN, into=SITI, into_spell=None), offered("S2", seats=1))
    assert kinds(await training.hear(registered(SITI))) == ["ApplicationRefused"]


async def test_who_wanted_training_under_the_other_id_alone_waits_under_the_one_that_stays(training):
    await training.hear(registered(TWIN, applied_on=FEBRUARY_1), registered(SITI, wants=["work"]))
    await training.hear(merged(TWIN, into=SITI))
    assert await training.states() == {SITI: "waiting", TWIN: "withdrawn"}
    assert list(await places(training)) == [SITI]


async def test_who_was_trained_under_the_other_id_in_this_spell_is_trained(training):
    await training.hear(offered("S1", seats=1), registered(TWIN), registered(SITI, wishes=["barista"]))
    await training.hear(result(TWIN, "S1"))
    await training.hear(merged(TWIN, into=SITI))
    assert await training.states() == {SITI: "graduated", TWIN: "withdrawn"}
    assert await places(training) == {}


async def test_who_sits_keeps_the_seat_though_the_other_id_was_trained(training):
    await training.hear(offered("S1", seats=1), registered(SITI), result(SITI, "S1"))
    await training.hear(offered("S2", seats=1), registered(TWIN))
    await training.hear(merged(TWIN, into=SITI))
    assert await training.states() == {SITI: "in-training", TWIN: "graduated"}
    await training.hear(split(TWIN, former=SITI))
    assert await training.states() == {SITI: "graduated", TWIN: "in-training"}


async def test_the_spell_ends_for_both_when_the_registration_is_withdrawn(training):
    await training.hear(offered("S1", seats=1), registered(TWIN), registered(SITI))
    await training.hear(merged(TWIN, into=SITI))
    (said,) = await training.hear(withdrawn(SITI))
    assert (type(said), said.worker, said.reason) == (EnrolmentCancelled, worker(TWIN), "withdrawn")


async def test_what_is_said_of_the_others_spell_too_late_seats_nobody(training):
    """A dead letter, replayed after the merge."""
    await training.hear(offered("S1"), merged(TWIN, into=SITI))
    await training.hear(registered(TWIN))
    assert await training.states() == {TWIN: "withdrawn"}
    assert await training.seats("S1") == {}


async def test_a_chain_means_one_worker(training):
    await training.hear(offered("S1", seats=1), registered(TWIN))
    await training.hear(registered(SITI), registered(BUDI))
    await training.hear(merged(SITI, into=BUDI))
    await training.hear(merged(TWIN, into=SITI))
    assert await training.states() == {SITI: "withdrawn", TWIN: "withdrawn", BUDI: "in-training"}
    assert kinds(await training.hear(result(SITI, "S1"))) == ["WorkerGraduated"]


async def test_a_split_gives_the_seat_back_to_the_id_to_which_it_was_given(training):
    await training.hear(offered("S1", seats=1), registered(TWIN))
    await training.hear(registered(SITI, applied_on=FEBRUARY_1))
    await training.hear(merged(TWIN, into=SITI), amended(SITI, applied_on=FEBRUARY_1, position=1))
    await training.hear(split(TWIN, former=SITI), amended(SITI, applied_on=FEBRUARY_1, position=3))
    assert await training.states() == {SITI: "waiting", TWIN: "in-training"}
    assert await training.seats("S1") == {1: TWIN}
    assert await places(training) == {SITI: (FEBRUARY_1, 3)}
    assert await training.rows("SELECT named, named_spell FROM enrolment") == [(None, None)]


async def test_a_seat_that_was_given_back_goes_home_too_from_an_id_that_was_merged_since(training):
    await training.hear(offered("S1", seats=1), registered(TWIN), registered(SITI), registered(BUDI))
    await training.hear(merged(TWIN, into=SITI), cancelled("S1"))
    await training.hear(merged(SITI, into=BUDI))
    await training.hear(split(TWIN, former=BUDI))
    assert await training.rows("SELECT worker, named FROM enrolment") == [(worker(TWIN), None)]
    assert await training.broken() == {}


async def test_a_certificate_goes_home_from_the_other_id_to_which_a_better_seat_sent_it(training):
    """Siti has a certificate that was given to the twin. Somebody who sits in a course turns out to be the same person, too."""
    third = 4
    await training.hear(offered("S1", seats=1), registered(TWIN), result(TWIN, "S1"))
    await training.hear(offered("S2", seats=1), registered(third), registered(SITI, wishes=["barista"]))
    await training.hear(registered(BUDI, wishes=["barista"]), merged(TWIN, into=SITI))
    await training.hear(merged(SITI, into=BUDI), merged(third, into=BUDI))
    assert await training.states() == {BUDI: "in-training", third: "graduated", SITI: "withdrawn", TWIN: "withdrawn"}
    await training.hear(split(TWIN, former=BUDI))
    assert (await training.states())[TWIN] == "graduated"
    assert await training.broken() == {}


async def test_who_lost_a_seat_by_the_merge_is_first_in_line_again(training):
    await training.hear(offered("S1", seats=1), registered(SITI, applied_on=FEBRUARY_2))
    await training.hear(offered("S2", seats=1), registered(TWIN, applied_on=FEBRUARY_1))
    await training.hear(merged(TWIN, into=SITI), registered(BUDI, applied_on=FEBRUARY_3, wishes=["barista"]))
    assert await training.seats("S2") == {}
    await training.hear(registered(4, applied_on=FEBRUARY_3))
    (waits,) = await training.hear(split(TWIN, former=SITI))
    assert (type(waits).__name__, waits.worker) == ("WorkerWaitlisted", worker(TWIN))
    (seat,) = only(WorkerEnrolled, await training.hear(withdrawn(4)))
    assert (seat.worker, seat.code) == (worker(TWIN), "S2")


async def test_a_seat_that_was_given_meanwhile_stays_with_the_id_that_had_it(training):
    await training.hear(registered(SITI), registered(TWIN))
    await training.hear(merged(TWIN, into=SITI), offered("S1", seats=1))
    await training.hear(split(TWIN, former=SITI))
    assert await training.states() == {SITI: "in-training", TWIN: "waiting"}


async def test_certificates_are_each_ids_own_again(training):
    await training.hear(offered("S1", seats=1), registered(TWIN), registered(SITI, spell=1), result(TWIN, "S1"))
    await training.hear(merged(TWIN, into=SITI))
    assert await training.states() == {SITI: "graduated", TWIN: "withdrawn"}
    await training.hear(split(TWIN, former=SITI), offered("S2", seats=1))
    assert await training.states() == {SITI: "in-training", TWIN: "graduated"}


async def test_whose_spell_is_over_by_the_split_gives_the_seat_back(training):
    """All claims of the joint spell named the other: the id that stayed has none."""
    await training.hear(registered(TWIN))
    await training.hear(merged(TWIN, into=SITI), registered(SITI, position=1), offered("S1", seats=1))
    assert await training.seats("S1") == {1: SITI}
    said = await training.hear(split(TWIN, former=SITI, former_is_open=False))
    assert [(type(event), number_of(event.worker)) for event in said] == [
        (EnrolmentCancelled, SITI),
        (WorkerEnrolled, TWIN),
    ]


async def test_a_seat_is_not_lost_when_the_end_of_the_other_spell_is_heard_first(training):
    await training.hear(offered("S1", seats=1), registered(TWIN))
    await training.hear(merged(TWIN, into=SITI), registered(SITI, position=2))
    apart = split(TWIN, former=SITI, former_is_open=False)
    assert await training.hear(withdrawn(SITI, follows=[apart.number])) == []
    await training.hear(apart)
    assert await training.states() == {SITI: "withdrawn", TWIN: "in-training"}


async def test_who_does_not_want_training_waits_no_longer(training):
    await training.hear(registered(SITI, wants=["work"]), registered(TWIN))
    await training.hear(merged(TWIN, into=SITI), amended(SITI, wants=["work", "training"], position=1))
    (said,) = only(
        WaitingEnded, await training.hear(split(TWIN, former=SITI), amended(SITI, wants=["work"], position=1))
    )
    assert said.worker == worker(SITI)
    assert await training.states() == {SITI: "withdrawn", TWIN: "waiting"}
    await training.hear(amended(SITI, wants=["work", "training"]))
    assert await training.states() == {SITI: "waiting", TWIN: "waiting"}


@pytest.mark.parametrize("is_heard_first", [True, False], ids=["before", "after"])
async def test_who_was_placed_under_the_other_id_is_placed_and_the_one_that_stayed_waits_again(
    training, *, is_heard_first
):
    await training.hear(registered(SITI), registered(TWIN), merged(TWIN, into=SITI))
    if is_heard_first:
        (said,) = await training.hear(placed(TWIN))
        assert (said.worker, said.reason) == (worker(SITI), "hired")
        await training.hear(split(TWIN, former=SITI, is_open=False))
    else:
        await training.hear(split(TWIN, former=SITI, is_open=True))
        await training.hear(placed(TWIN))
    assert await training.states() == {SITI: "waiting", TWIN: "withdrawn"}
    await training.hear(offered("S1", seats=2))
    assert await training.seats("S1") == {1: SITI}


async def test_a_merge_the_other_way_round_is_taken_in_once_the_split_before_it_is(new_training):
    training = await new_training()
    first = merged(TWIN, into=SITI)
    between = split(TWIN, former=SITI, follows=[first.number])
    last = merged(SITI, into=TWIN, follows=[between.number])
    await training.hear(registered(SITI), registered(TWIN), last)
    await training.hear(first)
    assert await training.rows("SELECT worker, person FROM merged_worker") == [(worker(TWIN), worker(SITI))]
    assert await training.broken() == {}
    await training.hear(between)
    assert await training.rows("SELECT worker, person FROM merged_worker") == [(worker(SITI), worker(TWIN))]
    assert await training.broken() == {}
    await training.hear(first, between, last)  # a replay changes nothing
    assert await training.rows("SELECT worker, person FROM merged_worker") == [(worker(SITI), worker(TWIN))]


async def ends_of(training: TrainingUnderTest, make: Any) -> dict[Any, list[str]]:
    async def end_of(base: int) -> Any:
        found = await training.rows(
            "SELECT worker, state, applied_on, position FROM application WHERE worker = ANY(CAST(:ids AS uuid[])) "
            "ORDER BY worker",
            ids=[worker(base + n) for n in (SITI, TWIN)],
        )
        return tuple((row.state, (row.applied_on, row.position) if row.state == "waiting" else None) for row in found)

    return await interleaving.ends_of(training, make, end_of)


async def test_in_whichever_order_the_two_ids_are_heard_the_end_is_the_same(training):
    def make(base: int, vocation: str) -> list[list[Any]]:
        siti, twin = base + SITI, base + TWIN
        return [
            [
                registered(siti, applied_on=FEBRUARY_2, wishes=[vocation]),
                amended(siti, applied_on=FEBRUARY_1, position=7, wishes=[vocation]),
            ],
            [registered(twin, applied_on=FEBRUARY_1, wishes=[vocation]), merged(twin, into=siti)],
        ]

    assert list(await ends_of(training, make)) == [(("waiting", (FEBRUARY_1, 7)), ("withdrawn", None))]


async def test_in_whichever_order_a_course_is_offered_there_is_one_seat(training):
    def make(base: int, vocation: str) -> list[list[Any]]:
        siti, twin = base + SITI, base + TWIN
        return [
            [
                registered(siti, applied_on=FEBRUARY_2, wishes=[vocation]),
                amended(siti, applied_on=FEBRUARY_1, position=7, wishes=[vocation]),
            ],
            [registered(twin, applied_on=FEBRUARY_1, wishes=[vocation]), merged(twin, into=siti)],
            [offered(f"C{base}", vocation=vocation, seats=2)],
        ]

    assert list(await ends_of(training, make)) == [(("in-training", None), ("withdrawn", None))]
    assert {row.taken for row in await training.rows("SELECT taken FROM course")} == {1}


@pytest.mark.parametrize("who", [SITI, TWIN])
async def test_in_whichever_order_a_placement_of_either_id_is_heard_nobody_waits(training, who):
    def make(base: int, vocation: str) -> list[list[Any]]:
        siti, twin = base + SITI, base + TWIN
        return [
            [registered(siti, wishes=[vocation]), amended(siti, position=7, wishes=[vocation])],
            [registered(twin, wishes=[vocation]), merged(twin, into=siti)],
            [placed(base + who)],
        ]

    assert list(await ends_of(training, make)) == [(("withdrawn", None), ("withdrawn", None))]


async def test_in_whichever_order_a_split_is_heard_each_has_its_own_place(training):
    def make(base: int, vocation: str) -> list[list[Any]]:
        siti, twin = base + SITI, base + TWIN
        return [
            [
                registered(siti, applied_on=FEBRUARY_2, wishes=[vocation]),
                amended(siti, applied_on=FEBRUARY_1, position=7, wishes=[vocation]),
                amended(siti, applied_on=FEBRUARY_2, position=8, wishes=[vocation]),
            ],
            [
                registered(twin, applied_on=FEBRUARY_1, wishes=[vocation]),
                merged(twin, into=siti),
                split(twin, former=siti),
                amended(twin, applied_on=FEBRUARY_1, position=7, wishes=[vocation]),
            ],
        ]

    assert list(await ends_of(training, make)) == [(("waiting", (FEBRUARY_2, 8)), ("waiting", (FEBRUARY_1, 7)))]


async def test_in_whichever_order_a_split_is_heard_nobody_loses_a_seat(training):
    def make(base: int, vocation: str) -> list[list[Any]]:
        siti, twin = base + SITI, base + TWIN
        return [
            [registered(siti, wishes=[vocation]), amended(siti, position=7, wishes=[vocation])],
            [registered(twin, wishes=[vocation]), merged(twin, into=siti), split(twin, former=siti)],
            [offered(f"C{base}", vocation=vocation, seats=2)],
        ]

    assert list(await ends_of(training, make)) == [(("in-training", None), ("in-training", None))]
    assert {row.taken for row in await training.rows("SELECT taken FROM course")} == {2}


async def test_in_whichever_order_it_is_heard_who_wants_work_alone_does_not_wait(training):
    def make(base: int, vocation: str) -> list[list[Any]]:
        siti, twin = base + SITI, base + TWIN
        return [
            [
                registered(siti, wants=["work"], wishes=[vocation]),
                amended(siti, wants=["work", "training"], position=7, wishes=[vocation]),
                amended(siti, wants=["work"], position=7, wishes=[vocation]),
            ],
            [
                registered(twin, applied_on=FEBRUARY_1, wishes=[vocation]),
                merged(twin, into=siti),
                split(twin, former=siti),
                amended(twin, applied_on=FEBRUARY_1, position=7, wishes=[vocation]),
            ],
        ]

    ends = await ends_of(training, make)
    assert {end[-1] for end in ends} == {("waiting", (FEBRUARY_1, 7))}
    assert {end[:-1] for end in ends} == {(("withdrawn", None),)}
