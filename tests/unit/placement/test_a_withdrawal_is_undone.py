"""A withdrawal that is retracted opens the referral again that it ended, and none that ended for another reason."""

import pytest

from shared.events import HireConfirmed, PlacementVoided, ReferralLapsed, WorkerRecalled
from tests.service_under_test import only
from tests.unit.placement.examples import (
    graduated,
    hired,
    merged,
    posted,
    recalled,
    registered,
    reinstated,
    result_voided,
    retracted,
    said,
    split,
    states,
    who_was_referred_where,
    withdrawn,
)


async def test_a_withdrawal_that_is_retracted_opens_the_referral_again_that_it_ended(placement):
    await placement.hear(posted("A"), registered(1), withdrawn(1))
    assert who_was_referred_where(await placement.hear(reinstated(1))) == {1: "A"}
    await placement.hear(withdrawn(1))
    assert who_was_referred_where(await placement.hear(reinstated(1))) == {1: "A"}


async def test_a_withdrawal_that_is_retracted_opens_no_referral_that_ended_before_it(placement):
    await placement.hear(posted("A", certificate=True), registered(1), graduated(1, vocation="sewing"))
    told = await placement.hear(result_voided(1, certificate="blk/S1/1", vocation="sewing"))
    assert [(each.reason, each.detail) for each in only(ReferralLapsed, told)] == [("withdrawn", "certificate-revoked")]
    await placement.hear(graduated(1, vocation="sewing"), withdrawn(1))
    assert await placement.hear(reinstated(1)) == []
    assert await states(placement) == {1: "looking"}


async def test_a_hire_that_is_retracted_after_the_withdrawal_leaves_a_referral_that_the_withdrawal_alone_ended(
    placement,
):
    await placement.hear(posted("A"), registered(1), said(hired(1), 1), withdrawn(1))
    assert [type(each) for each in await placement.hear(retracted(1, 1, HireConfirmed))] == [PlacementVoided]
    assert who_was_referred_where(await placement.hear(reinstated(1))) == {1: "A"}


@pytest.mark.parametrize("ends_first", [True, False])
async def test_a_referral_of_another_id_is_open_again_too(placement, ends_first):
    await placement.hear(posted("A"), registered(2), registered(1))
    together, end = merged(2, into=1), withdrawn(1)
    for each in (end, together) if ends_first else (together, end):
        await placement.hear(each)
    assert await placement.rows("SELECT state, reason FROM referral") == [("lapsed", "withdrawn")]
    assert who_was_referred_where(await placement.hear(reinstated(1))) == {2: "A"}


async def test_a_referral_that_a_recall_ended_is_open_again_when_both_ends_of_the_spell_are_retracted(placement):
    await placement.hear(posted("A"), registered(1), said(recalled(1), 1), withdrawn(1))
    await placement.hear(retracted(1, 1, WorkerRecalled, None))
    assert await states(placement) == {1: "withdrawn"}
    assert who_was_referred_where(await placement.hear(reinstated(1))) == {1: "A"}


async def test_a_referral_that_a_split_ended_because_the_spell_was_withdrawn_is_open_again_too(placement):
    await placement.hear(posted("A"), registered(1), registered(2, wishes=["barista"]), merged(2, into=1))
    await placement.hear(split(2, former=1, former_is_open=False))
    assert await placement.rows("SELECT state, reason FROM referral") == [("lapsed", "withdrawn")]
    await placement.hear(withdrawn(1))
    assert who_was_referred_where(await placement.hear(reinstated(1))) == {1: "A"}
