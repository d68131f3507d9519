"""A hire, a recall, a business or a decline that is retracted leaves the worker where the facts that are left would have."""

import pytest

from contract.examples import number_of
from shared.events import HireConfirmed, HireDeclined, PlacementVoided, WorkerRecalled, WorkerReferred
from tests.unit.placement.examples import (
    declined,
    fact_id,
    hired,
    merged,
    posted,
    recalled,
    registered,
    retracted,
    said,
    states,
    who_was_referred_where,
)
from tests.unit.placement.test_two_ids_of_one_worker import alive

SITI, TWIN, THIRD = 1, 2, 3
"""The id that stays, and two others of the same person."""


async def test_a_recall_of_another_id_that_is_retracted_lets_the_person_look_and_not_the_id(placement):
    await placement.hear(registered(SITI), registered(TWIN), said(recalled(TWIN), 1))
    await placement.hear(merged(TWIN, into=SITI), posted("A", openings=2))
    told = await placement.hear(retracted(TWIN, 1, WorkerRecalled, None))
    assert who_was_referred_where(told) == {SITI: "A"}
    assert await placement.rows("SELECT hired, referred FROM vacancy") == [(0, 1)]


async def test_who_is_placed_under_another_id_too_stays_placed(placement):
    await placement.hear(registered(SITI), registered(TWIN), said(recalled(SITI), 1), said(recalled(TWIN), 2))
    await placement.hear(merged(TWIN, into=SITI), posted("A"))
    assert who_was_referred_where(await placement.hear(retracted(SITI, 1, WorkerRecalled, None))) == {}
    assert await alive(placement) == {SITI: "placed"}
    assert who_was_referred_where(await placement.hear(retracted(TWIN, 2, WorkerRecalled, None))) == {SITI: "A"}


async def test_who_was_placed_under_two_other_ids_looks_when_both_are_retracted_at_once(placement):
    await placement.hear(*(registered(n) for n in (SITI, TWIN, THIRD)))
    await placement.hear(said(recalled(TWIN), 1), said(recalled(THIRD), 2))
    await placement.hear(merged(TWIN, into=SITI), merged(THIRD, into=SITI), posted("A"))
    told = await placement.hear(retracted(TWIN, 1, WorkerRecalled, None), retracted(THIRD, 2, WorkerRecalled, None))
    assert [type(each) for each in told] == [PlacementVoided, PlacementVoided, WorkerReferred]
    assert await alive(placement) == {SITI: "referred"}


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_hire_and_a_recall_that_are_retracted_leave_the_referral_open(placement, at_once):
    await placement.hear(posted("A"), registered(TWIN), registered(SITI))
    await placement.hear(said(hired(TWIN), 1), said(recalled(SITI), 2), merged(TWIN, into=SITI))
    hire, recall = retracted(TWIN, 1, HireConfirmed), retracted(SITI, 2, WorkerRecalled, None)
    told = (
        await placement.hear(hire, recall) if at_once else [*await placement.hear(hire), *await placement.hear(recall)]
    )
    assert [type(each) for each in told] == [PlacementVoided, PlacementVoided, WorkerReferred]
    assert await alive(placement) == {SITI: "referred"}
    assert await placement.rows("SELECT state, hired, referred FROM vacancy") == [("open", 0, 1)]


async def test_a_placement_of_which_no_fact_is_noted_is_undone_for_the_worker_who_is_named_alone(placement):
    await placement.hear(registered(SITI), registered(TWIN), said(recalled(SITI), 1), said(recalled(TWIN), 2))
    async with placement.database.work() as work:
        await work.run("UPDATE placement SET fact = NULL")
    fact = recalled(SITI)
    recall = retracted(SITI, 1, WorkerRecalled, None, said_on=fact.on, said_by=fact.agency)
    told = await placement.hear(recall, retracted(TWIN, 3, HireDeclined))
    assert [(type(each), number_of(each.worker)) for each in told] == [(PlacementVoided, SITI)]
    assert await states(placement) == {SITI: "looking", TWIN: "placed"}


async def test_a_decline_that_is_retracted_while_the_worker_is_hired_leaves_the_referral_open_without_the_hire(
    placement,
):
    await placement.hear(posted("A"), registered(SITI))
    await placement.hear(said(declined(SITI), 1), said(hired(SITI), 2))
    assert await placement.hear(retracted(SITI, 1, HireDeclined)) == []
    told = await placement.hear(retracted(SITI, 2, HireConfirmed))
    assert [type(each) for each in told] == [PlacementVoided, WorkerReferred]
    assert await placement.rows("SELECT state, reason, lapsed_before, fact FROM referral") == [
        ("open", None, None, None)
    ]


async def test_a_decline_counts_again_when_the_late_hire_after_it_is_retracted(placement):
    await placement.hear(posted("A"), registered(SITI))
    await placement.hear(said(declined(SITI), 1), said(hired(SITI), 2))
    await placement.hear(retracted(SITI, 2, HireConfirmed))
    assert await placement.rows("SELECT state, reason, fact FROM referral") == [
        ("lapsed", "declined-by-employer", fact_id(1))
    ]
    assert who_was_referred_where(await placement.hear(retracted(SITI, 1, HireDeclined))) == {SITI: "A"}


@pytest.mark.parametrize("is_hired", [True, False])
async def test_a_second_decline_that_is_retracted_had_no_effect_to_undo(placement, is_hired):
    await placement.hear(posted("A"), registered(SITI))
    await placement.hear(said(declined(SITI), 1), said(declined(SITI), 2))
    await placement.hear(*([said(hired(SITI), 3)] if is_hired else []))
    assert await placement.hear(retracted(SITI, 2, HireDeclined)) == []
    if is_hired:
        await placement.hear(retracted(SITI, 3, HireConfirmed))
    assert await states(placement) == {SITI: "looking"}


async def test_a_recall_that_had_no_effect_is_retracted_without_one(placement):
    """Of the two, which agree in everything, only the first placed the worker, before facts were noted down."""
    await placement.hear(registered(SITI), said(recalled(SITI), 1))
    async with placement.database.work() as work:
        await work.run("UPDATE placement SET fact = NULL")
    await placement.hear(said(recalled(SITI), 2))
    fact = recalled(SITI)
    again = retracted(SITI, 2, WorkerRecalled, None, said_on=fact.on, said_by=fact.agency)
    assert await placement.hear(again) == []
    assert await states(placement) == {SITI: "placed"}


async def test_a_decline_that_is_retracted_while_the_worker_is_recalled_leaves_the_referral_open_without_the_recall(
    placement,
):
    await placement.hear(posted("A"), registered(SITI))
    await placement.hear(said(declined(SITI), 1), said(recalled(SITI), 2))
    assert await placement.hear(retracted(SITI, 1, HireDeclined)) == []
    told = await placement.hear(retracted(SITI, 2, WorkerRecalled, None))
    assert [type(each) for each in told] == [PlacementVoided, WorkerReferred]
