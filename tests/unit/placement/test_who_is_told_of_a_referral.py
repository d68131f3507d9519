"""The agencies whose claims stand are told of what becomes of a worker, and no others."""

from contract.examples import EMPLOYER, OFFICE, UNION
from shared.events import ReferralLapsed, WorkerReferred
from tests.service_under_test import only
from tests.unit.placement.examples import claim_added, claim_ended, declined, posted, registered


async def test_a_claim_that_is_added_or_ends_changes_who_is_told(placement):
    await placement.hear(registered(1, concerns=[EMPLOYER]))
    await placement.hear(claim_added(1, EMPLOYER, UNION))
    (referred,) = only(WorkerReferred, await placement.hear(posted("A")))
    assert referred.concerns == [EMPLOYER, UNION]
    await placement.hear(claim_ended(1, UNION, OFFICE))
    (lapsed,) = only(ReferralLapsed, await placement.hear(declined(1)))
    assert lapsed.concerns == [UNION, OFFICE]
