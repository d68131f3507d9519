"""An answer that cannot be is refused and kept: when what stands in its way is retracted, it counts."""

import pytest

from contract.examples import number_of
from shared.events import HireRefused, PlacementVoided, ReferralLapsed, WorkerPlaced, WorkerRecalled, WorkerReferred
from tests.service_under_test import only
from tests.unit.placement.examples import (
    declined,
    hired,
    merged,
    posted,
    recalled,
    registered,
    reinstated,
    retracted,
    said,
    split,
    states,
    withdrawn,
)


@pytest.mark.parametrize(
    ("end", "undone"),
    [
        (withdrawn(1), reinstated(1)),
        (said(recalled(1), 1), retracted(1, 1, WorkerRecalled, None)),
    ],
    ids=["a withdrawal", "a recall"],
)
async def test_a_kept_hire_ends_the_referral_that_has_the_opening_meanwhile(placement, end, undone):
    await placement.hear(posted("A"), registered(1), registered(2))
    await placement.hear(end)
    assert (await states(placement))[2] == "referred"
    assert [type(each) for each in await placement.hear(hired(1))] == [HireRefused]
    told = await placement.hear(undone)
    assert await placement.buried() == []
    assert [(number_of(each.worker), each.outcome) for each in only(WorkerPlaced, told)] == [(1, "hired")]
    assert [(number_of(each.worker), each.reason) for each in only(ReferralLapsed, told)] == [(2, "vacancy-filled")]
    assert await states(placement) == {1: "placed", 2: "looking"}
    assert await placement.rows("SELECT state, hired, referred FROM vacancy") == [("filled", 1, 0)]


async def test_what_was_said_while_a_spell_was_over_counts_at_whatever_place_the_spell_goes_on(placement):
    await placement.hear(registered(1), withdrawn(1))
    await placement.hear(recalled(1))
    told = await placement.hear(reinstated(1, keeps_place=False))
    assert [(number_of(each.worker), each.outcome) for each in told] == [(1, "recalled")]
    assert await states(placement) == {1: "placed"}


async def test_what_was_said_in_a_past_spell_does_not_count_in_the_next(placement):
    await placement.hear(registered(1), withdrawn(1), recalled(1), registered(1, spell=2), withdrawn(1, spell=2))
    assert await placement.hear(reinstated(1, spell=2, keeps_place=False)) == []
    assert await states(placement) == {1: "looking"}


@pytest.mark.parametrize("answer", [hired(1), declined(1), hired(9, "B")], ids=["a hire", "a decline", "of nobody"])
async def test_an_answer_to_no_referral_is_not_kept(placement, answer):
    await placement.hear(registered(1))
    assert [each.reason for each in await placement.hear(answer)] == ["never-referred"]
    assert await placement.rows("SELECT id FROM kept_fact") == []


async def test_an_answer_that_is_about_no_referral_since_a_split_is_not_refused_again(placement):
    await placement.hear(posted("A"), registered(2), registered(1), merged(2, into=1), said(recalled(1), 1))
    assert [each.reason for each in await placement.hear(hired(1))] == ["already-placed"]
    await placement.hear(split(2, former=1, former_is_open=False))
    told = await placement.hear(retracted(1, 1, WorkerRecalled, None))
    assert [type(each) for each in told] == [PlacementVoided, WorkerReferred]
