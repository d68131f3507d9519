"""An answer that cannot be is refused and kept: when what stands in its way is retracted, it counts."""

import pytest

from contract.examples import number_of
from shared.events import HireRefused, ReferralLapsed, WorkerPlaced, WorkerRecalled
from tests.service_under_test import only
from tests.unit.placement.examples import (
    hired,
    posted,
    recalled,
    registered,
    reinstated,
    retracted,
    said,
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
