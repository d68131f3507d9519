"""WorkerRestricted: no referral and no place in a queue until it is lifted; a referral that is open stands."""

from contract.examples import OFFICE, worker
from services.placement import listings
from shared.http.paging import BEFORE_ALL
from tests.unit.placement.examples import (
    amended,
    declined,
    graduated,
    hired,
    lifted,
    posted,
    registered,
    restricted,
    states,
    who_was_referred_where,
)


async def queued(placement):
    return {row.worker for row in await placement.rows("SELECT DISTINCT worker FROM seeking")}


async def test_who_looks_for_work_is_passed_over_while_restricted(placement):
    await placement.hear(registered(1), registered(2))
    assert await placement.hear(restricted(1)) == []
    assert await queued(placement) == {worker(2)}
    assert who_was_referred_where(await placement.hear(posted("A", openings=2))) == {2: "A"}
    assert who_was_referred_where(await placement.hear(lifted(1))) == {1: "A"}


async def test_who_is_registered_while_restricted_is_referred_to_nobody(placement):
    await placement.hear(posted("A"))
    assert await placement.hear(registered(1, restricted=True)) == []
    assert await placement.hear(amended(1, restricted=True)) == []
    assert await states(placement) == {1: "looking"}
    assert await queued(placement) == set()
    assert who_was_referred_where(await placement.hear(lifted(1))) == {1: "A"}


async def test_the_next_spell_of_a_restricted_worker_is_restricted_too(placement):
    await placement.hear(posted("A"), registered(1, wants=["training"]), restricted(1))
    assert await placement.hear(registered(1, spell=2)) == []
    assert await placement.hear(graduated(1, spell=3)) == []


async def test_an_open_referral_stands_and_after_a_decline_no_other_follows(placement):
    await placement.hear(posted("A"), registered(1))
    assert await placement.hear(restricted(1)) == []
    assert await states(placement) == {1: "referred"}
    await placement.hear(posted("B"))
    assert who_was_referred_where(await placement.hear(declined(1))) == {}
    assert who_was_referred_where(await placement.hear(lifted(1))) == {1: "B"}


async def test_a_hire_of_a_restricted_worker_counts(placement):
    await placement.hear(posted("A"), registered(1), restricted(1))
    await placement.hear(hired(1))
    assert await states(placement) == {1: "placed"}


async def test_an_agency_does_not_read_the_referral_of_a_restricted_worker(placement):
    await placement.hear(posted("A"), registered(1), restricted(1))
    async with placement.database.reading() as work:
        seen = await listings.referrals(work, OFFICE, None, BEFORE_ALL, 10, restricted=False)
        whole = await listings.referrals(work, None, None, BEFORE_ALL, 10, restricted=True)
    assert (seen["items"], len(whole["items"])) == ([], 1)


async def test_a_restriction_of_somebody_unknown_changes_nothing(placement):
    assert await placement.hear(restricted(7), lifted(7)) == []
    assert await states(placement) == {}
