"""After a merge a worker is one candidate with the earliest rank and one referral; a split gives each id what was its own."""

from datetime import date
from typing import Any

import pytest

from contract.examples import OFFICE, number_of, worker
from shared.events import HireRefused, ReferralLapsed, WorkerPlaced, WorkerReferred
from tests import interleaving
from tests.service_under_test import only
from tests.spoken import place_of
from tests.unit.placement.examples import (
    admitted,
    amended,
    closed,
    declined,
    graduated,
    hired,
    left_training,
    merged,
    posted,
    recalled,
    registered,
    split,
    who_was_referred_where,
    withdrawn,
)

SITI, TWIN, BUDI = 1, 2, 3
"""The id that stays, the other id of the same person, and somebody else."""
FEBRUARY_1, FEBRUARY_2, FEBRUARY_3 = (date(2021, 2, day) for day in (1, 2, 3))


async def ranks(placement) -> dict[int, tuple[Any, ...]]:
    found = await placement.rows("SELECT worker, since, position FROM seeking ORDER BY worker")
    return {number_of(row.worker): (row.since, row.position) for row in found}


async def alive(placement) -> dict[int, str]:
    found = await placement.rows("SELECT worker, state FROM candidate WHERE NOT merged ORDER BY worker")
    return {number_of(row.worker): row.state for row in found}


async def test_the_earliest_rank_is_kept(placement):
    await placement.hear(registered(TWIN, applied_on=FEBRUARY_1))
    await placement.hear(registered(BUDI, applied_on=FEBRUARY_2), registered(SITI, applied_on=FEBRUARY_3))
    await placement.hear(merged(TWIN, into=SITI))
    assert await ranks(placement) == {SITI: (FEBRUARY_1, 1), BUDI: (FEBRUARY_2, 2)}
    assert who_was_referred_where(await placement.hear(posted("A"))) == {SITI: "A"}


async def test_of_one_day_the_others_earlier_position_counts(placement):
    await placement.hear(registered(TWIN), registered(BUDI), registered(SITI), merged(TWIN, into=SITI))
    assert who_was_referred_where(await placement.hear(posted("A"))) == {SITI: "A"}


async def test_wishes_and_certificates_of_both_count(placement):
    await placement.hear(registered(SITI, wishes=["barista"]), registered(TWIN, wishes=["welding"]))
    await placement.hear(graduated(TWIN, vocation="sewing"))
    await placement.hear(merged(TWIN, into=SITI), posted("A"))
    assert await alive(placement) == {SITI: "referred"}


async def test_a_certificate_that_is_heard_of_after_the_merge_counts(placement):
    """Training's topic races: it gave the certificate before it heard of the merge, or to a seat of the other's id."""
    await placement.hear(registered(SITI, wants=["training"], wishes=["barista"]))
    await placement.hear(registered(TWIN, wants=["training"], wishes=["barista"]), posted("A"))
    await placement.hear(merged(TWIN, into=SITI))
    assert await alive(placement) == {SITI: "training-first"}
    said = await placement.hear(graduated(TWIN, vocation="sewing"))
    assert who_was_referred_where(said) == {SITI: "A"}


async def test_a_recall_under_the_other_id_counts_although_nothing_was_heard_of_the_worker_yet(placement):
    """The two ids are heard in partitions of their own."""
    other = next(n for n in range(2, 9) if place_of(worker(n), 4)[1] != place_of(worker(SITI), 4)[1])
    said = [registered(other), withdrawn(other), merged(other, into=SITI, into_spell=None), recalled(other)]
    siti, *twin = placement.records([registered(SITI), *said])
    assert only(WorkerPlaced, await placement.deliver(*twin)) == []
    (placed,) = only(WorkerPlaced, await placement.deliver(siti))
    assert (placed.worker, placed.spell, placed.outcome) == (worker(SITI), 1, "recalled")
    assert await alive(placement) == {SITI: "placed"}
    assert await placement.rows("SELECT * FROM kept_fact") == []


async def test_nobody_is_referred_again_to_a_vacancy_to_which_either_id_was(placement):
    await placement.hear(posted("A", openings=2), registered(TWIN))
    await placement.hear(declined(TWIN))
    await placement.hear(registered(SITI, wants=["training"]))
    await placement.hear(merged(TWIN, into=SITI), amended(SITI))
    assert await alive(placement) == {SITI: "looking"}


async def test_of_two_referrals_the_first_stays_and_the_others_opening_goes_to_the_next(placement):
    await placement.hear(posted("A"), registered(TWIN))
    await placement.hear(posted("B"), registered(SITI), registered(BUDI))
    said = await placement.hear(merged(TWIN, into=SITI))
    assert [(type(event), number_of(event.worker), event.code) for event in said] == [
        (ReferralLapsed, SITI, "B"),
        (WorkerReferred, BUDI, "B"),
    ]
    assert said[0].reason == "new-spell"
    assert await alive(placement) == {SITI: "referred", BUDI: "referred"}


@pytest.mark.parametrize("who", [SITI, TWIN])
async def test_an_answer_by_either_id_is_an_answer_and_is_said_of_the_id_that_was_referred(placement, who):
    await placement.hear(posted("A"), registered(TWIN), registered(SITI), merged(TWIN, into=SITI))
    (placed,) = await placement.hear(hired(who))
    assert (type(placed), placed.worker, placed.spell) == (WorkerPlaced, worker(TWIN), 1)
    assert await alive(placement) == {SITI: "placed"}
    (again,) = await placement.hear(hired(SITI + TWIN - who))
    assert (type(again), again.worker, again.reason) == (HireRefused, worker(SITI + TWIN - who), "already-placed")


@pytest.mark.parametrize("who", [SITI, TWIN])
async def test_a_decline_and_a_recall_by_either_id(placement, who):
    await placement.hear(posted("A"), registered(TWIN), registered(SITI), merged(TWIN, into=SITI))
    (lapsed,) = await placement.hear(declined(who))
    assert (type(lapsed), lapsed.worker) == (ReferralLapsed, worker(TWIN))
    (placed,) = await placement.hear(recalled(who))
    assert (placed.worker, placed.outcome) == (worker(who), "recalled")
    assert await alive(placement) == {SITI: "placed"}


async def test_the_spell_ends_for_both(placement):
    await placement.hear(posted("A"), registered(TWIN), registered(SITI), merged(TWIN, into=SITI))
    (lapsed,) = await placement.hear(withdrawn(SITI))
    assert (lapsed.worker, lapsed.reason) == (worker(TWIN), "withdrawn")
    assert await alive(placement) == {SITI: "withdrawn"}


async def test_a_vacancy_that_is_closed_and_a_referral_that_nobody_answers_are_the_candidates(placement):
    await placement.hear(posted("A"), registered(TWIN), registered(SITI), merged(TWIN, into=SITI))
    (lapsed,) = await placement.hear(closed("A"))
    assert lapsed.worker == worker(TWIN)
    assert await alive(placement) == {SITI: "looking"}


@pytest.mark.parametrize("who", [SITI, TWIN])
async def test_a_placement_of_either_id_ends_the_spell(placement, who):
    await placement.hear(posted("A"), registered(SITI + TWIN - who), registered(who))
    await placement.hear(recalled(who))
    said = await placement.hear(merged(TWIN, into=SITI))
    assert [(type(event), event.reason) for event in said] == [(ReferralLapsed, "placed")]
    assert await alive(placement) == {SITI: "placed"}
    assert (await placement.figures())["placed"] == 1


async def test_who_was_placed_under_both_ids_is_counted_once(placement):
    await placement.hear(registered(SITI), registered(TWIN), recalled(SITI), recalled(TWIN))
    assert (await placement.figures())["placed"] == 2
    await placement.hear(merged(TWIN, into=SITI))
    figures = await placement.figures()
    assert (figures["candidates"], figures["placed"], figures["placed.recalled"]) == (1, 1, 1)


async def test_the_next_spell_begins_with_what_is_known_of_the_other(placement):
    await placement.hear(posted("A"), registered(SITI), recalled(SITI), registered(TWIN))
    await placement.hear(merged(TWIN, into=SITI, into_spell=2))
    assert await alive(placement) == {SITI: "referred"}
    assert await placement.hear(registered(SITI, spell=2, position=1)) == []
    assert await placement.rows("SELECT spell, position FROM candidate WHERE NOT merged") == [(2, 1)]


async def test_a_chain_means_one_worker(placement):
    await placement.hear(posted("A"), registered(TWIN), registered(SITI), registered(BUDI))
    await placement.hear(merged(SITI, into=BUDI))
    await placement.hear(merged(TWIN, into=SITI))
    assert await alive(placement) == {BUDI: "referred"}
    (placed,) = await placement.hear(hired(SITI))
    assert placed.worker == worker(TWIN)


async def test_what_is_said_of_the_others_spell_too_late_changes_nothing(placement):
    await placement.hear(registered(SITI, wishes=["barista"]), merged(TWIN, into=SITI))
    assert await placement.hear(registered(TWIN)) == []
    assert await placement.rows("SELECT vocation FROM seeking") == [("barista",)]


async def test_a_split_gives_the_referral_back_to_the_id_that_was_referred(placement):
    await placement.hear(posted("A"), registered(TWIN), registered(SITI, applied_on=FEBRUARY_3))
    await placement.hear(merged(TWIN, into=SITI), split(TWIN, former=SITI))
    assert await alive(placement) == {SITI: "looking", TWIN: "referred"}
    assert await ranks(placement) == {SITI: (FEBRUARY_3, 3)}


async def test_a_referral_that_was_made_meanwhile_stays_with_the_id_that_had_it(placement):
    await placement.hear(registered(TWIN, applied_on=FEBRUARY_1), registered(SITI), merged(TWIN, into=SITI))
    await placement.hear(posted("A"))
    await placement.hear(split(TWIN, former=SITI))
    assert await alive(placement) == {SITI: "referred", TWIN: "looking"}
    assert await ranks(placement) == {TWIN: (FEBRUARY_1, 1)}


async def test_certificates_are_each_ids_own_again(placement):
    await placement.hear(registered(SITI, wants=["training"], wishes=["barista"]))
    await placement.hear(registered(TWIN, wants=["training"], wishes=["barista"]))
    await placement.hear(merged(TWIN, into=SITI), graduated(TWIN, vocation="sewing"))
    await placement.hear(split(TWIN, former=SITI))
    said = await placement.hear(posted("A", openings=2))
    assert who_was_referred_where(said) == {TWIN: "A"}


@pytest.mark.parametrize("who", [SITI, TWIN])
async def test_who_was_placed_under_its_own_id_is_placed_and_the_other_looks_on(placement, who):
    await placement.hear(registered(SITI), registered(TWIN), merged(TWIN, into=SITI))
    await placement.hear(recalled(who))
    await placement.hear(split(TWIN, former=SITI, is_open=who == SITI, former_is_open=who == TWIN))
    assert await alive(placement) == {who: "placed", SITI + TWIN - who: "looking"}
    await placement.hear(posted("A"))
    assert (await alive(placement))[SITI + TWIN - who] == "referred"


async def test_a_referral_is_not_lost_when_the_end_of_the_other_spell_is_heard_first(placement):
    await placement.hear(posted("A"), registered(TWIN), merged(TWIN, into=SITI))
    apart = split(TWIN, former=SITI, former_is_open=False)
    assert await placement.hear(withdrawn(SITI, follows=[apart.number])) == []
    await placement.hear(apart)
    assert await alive(placement) == {SITI: "withdrawn", TWIN: "referred"}


async def ends_of(placement, make: Any) -> dict[Any, list[str]]:
    async def end_of(base: int) -> Any:
        found = await placement.rows(
            "SELECT c.worker, c.state, s.since, s.position FROM candidate AS c LEFT JOIN seeking AS s USING (worker) "
            "WHERE NOT c.merged AND c.worker = ANY(CAST(:ids AS uuid[])) ORDER BY c.worker",
            ids=[worker(base + n) for n in (SITI, TWIN)],
        )
        return tuple((number_of(row.worker) % 10, row.state, row.since) for row in found)

    return await interleaving.ends_of(placement, make, end_of)


async def test_in_whichever_order_the_two_ids_are_heard_the_end_is_the_same(placement):
    def make(base: int, vocation: str) -> list[list[Any]]:
        siti, twin = base + SITI, base + TWIN
        application = {"wishes": [vocation]}
        return [
            [
                registered(siti, applied_on=FEBRUARY_2, **application),
                amended(siti, applied_on=FEBRUARY_1, position=7, **application),
            ],
            [registered(twin, applied_on=FEBRUARY_1, **application), merged(twin, into=siti)],
        ]

    assert list(await ends_of(placement, make)) == [((SITI, "looking", FEBRUARY_1),)]


async def test_in_whichever_order_a_vacancy_is_posted_there_is_one_referral(placement):
    def make(base: int, vocation: str) -> list[list[Any]]:
        siti, twin = base + SITI, base + TWIN
        application = {"wishes": [vocation]}
        return [
            [registered(siti, **application), amended(siti, position=7, **application)],
            [registered(twin, **application), merged(twin, into=siti)],
            [posted(f"V{base}", vocation=vocation, openings=2)],
        ]

    await placement.hear(admitted(OFFICE, "office"))  # an employer's openings would wait for approval
    assert list(await ends_of(placement, make)) == [((SITI, "referred", None),)]
    assert {row.referred for row in await placement.rows("SELECT referred FROM vacancy")} == {1}


async def test_in_whichever_order_training_tells_of_the_others_course_the_worker_looks_for_work(placement):
    def make(base: int, vocation: str) -> list[list[Any]]:
        siti, twin = base + SITI, base + TWIN
        application = {"wishes": [vocation], "wants": ["training"]}
        return [
            [registered(siti, **application), amended(siti, position=7, **application)],
            [registered(twin, **application), merged(twin, into=siti)],
            [left_training(twin, wishes=[vocation])],
        ]

    ends = await ends_of(placement, make)
    assert {tuple((n, state) for n, state, _ in end) for end in ends} == {((SITI, "looking"),)}


async def test_in_whichever_order_a_split_is_heard_each_has_its_own_rank(placement):
    def make(base: int, vocation: str) -> list[list[Any]]:
        siti, twin = base + SITI, base + TWIN
        application = {"wishes": [vocation]}
        return [
            [
                registered(siti, applied_on=FEBRUARY_2, **application),
                amended(siti, applied_on=FEBRUARY_1, position=7, **application),
                amended(siti, applied_on=FEBRUARY_2, position=8, **application),
            ],
            [
                registered(twin, applied_on=FEBRUARY_1, **application),
                merged(twin, into=siti),
                split(twin, former=siti),
                amended(twin, applied_on=FEBRUARY_1, position=7, **application),
            ],
        ]

    assert list(await ends_of(placement, make)) == [((SITI, "looking", FEBRUARY_2), (TWIN, "looking", FEBRUARY_1))]
