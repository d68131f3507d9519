"""The agencies whose claims stand are told of what comes of an application, and no others."""

from contract.examples import EMPLOYER, OFFICE, UNION
from shared.events import WorkerEnrolled, WorkerGraduated
from tests.service_under_test import only
from tests.unit.training.examples import claim_added, claim_ended, offered, registered, result


async def test_a_claim_that_is_added_or_ends_changes_who_is_told(training):
    await training.hear(registered(1, concerns=[EMPLOYER]))
    await training.hear(claim_added(1, EMPLOYER, UNION))
    (enrolled,) = only(WorkerEnrolled, await training.hear(offered("S1")))
    assert enrolled.concerns == [EMPLOYER, UNION]
    await training.hear(claim_added(1, EMPLOYER, UNION, OFFICE), claim_ended(1, UNION, OFFICE))
    (graduated,) = only(WorkerGraduated, await training.hear(result(1, "S1")))
    assert graduated.concerns == [UNION, OFFICE]


async def test_a_claim_on_a_spell_that_is_not_known_here_changes_nothing(training):
    await training.hear(registered(1, concerns=[EMPLOYER]))
    assert await training.hear(claim_added(2, UNION)) == []
    assert await training.rows("SELECT concerns FROM application") == [([EMPLOYER],)]
