from datetime import date

import pytest

from contract.examples import OFFICE, number_of, worker
from shared.events import OutcomeRefused, ReferralLapsed, WorkerPlaced
from shared.inbox import dead_letters
from tests.service_under_test import only
from tests.unit.placement.examples import (
    HANDLERS,
    erased,
    in_business,
    posted,
    recalled,
    registered,
    states,
    who_was_referred_where,
    withdrawn,
)


async def test_who_is_recalled_to_the_old_job_is_placed(placement):
    await placement.hear(registered(1))
    assert await placement.hear(recalled(1)) == [
        WorkerPlaced(
            worker=worker(1),
            spell=1,
            concerns=[OFFICE],
            outcome="recalled",
            on=date(2021, 6, 1),
            agency="pt-lama",
            employer="PT Lama",
        )
    ]
    assert await placement.rows("SELECT outcome, route, country FROM placement") == [("recalled", None, None)]


async def test_who_starts_a_business_is_placed_also_in_the_middle_of_training(placement):
    await placement.hear(registered(1, wants=["training"]))
    (said,) = await placement.hear(in_business(1))
    assert (said.outcome, said.spell, said.agency) == ("self-employed", 1, OFFICE)
    assert await states(placement) == {1: "placed"}


@pytest.mark.parametrize("fact", [recalled, in_business])
async def test_the_opening_that_was_held_goes_to_the_next(placement, fact):
    await placement.hear(posted("A"), registered(1), registered(2))
    said = await placement.hear(fact(1))
    assert [(number_of(each.worker), each.reason) for each in only(ReferralLapsed, said)] == [(1, "placed")]
    assert who_was_referred_where(said) == {2: "A"}


@pytest.mark.parametrize(("fact", "outcome"), [(recalled, "recalled"), (in_business, "self-employed")])
async def test_a_spell_that_has_ended_does_not_end_again(placement, fact, outcome):
    await placement.hear(registered(1), recalled(1), registered(2), withdrawn(2))
    first, second = await placement.hear(fact(1), fact(2))
    agency = fact(1).agency
    assert first == OutcomeRefused(worker=worker(1), agency=agency, outcome=outcome, reason="already-placed")
    assert second == OutcomeRefused(worker=worker(2), agency=agency, outcome=outcome, reason="withdrawn")
    assert await placement.rows("SELECT count(*) FROM placement") == [(1,)]


@pytest.mark.parametrize("fact", [recalled, in_business])
async def test_news_of_a_worker_never_heard_of_is_buried_and_counts_once_replayed(placement, fact):
    said = await placement.hear(registered(1), fact(7), registered(2))
    assert said == []
    (reason,) = await placement.buried()
    assert reason.startswith("WorkerUnknown: the worker's registration was not taken in here")
    assert await states(placement) == {1: "looking", 2: "looking"}
    await placement.hear(registered(7))
    async with placement.database.work() as work:
        (letter,) = await dead_letters.listing(work)
        await dead_letters.replay(work, letter["id"], HANDLERS)
    assert (await states(placement))[7] == "placed"


async def test_a_withdrawn_registration_ends_the_search_and_frees_the_opening(placement):
    await placement.hear(posted("A"), registered(1), registered(2))
    said = await placement.hear(withdrawn(1))
    assert [(number_of(each.worker), each.reason) for each in only(ReferralLapsed, said)] == [(1, "withdrawn")]
    assert who_was_referred_where(said) == {2: "A"}
    assert await states(placement) == {1: "withdrawn", 2: "referred"}


async def test_who_withdrew_is_called_by_no_vacancy(placement):
    await placement.hear(registered(1), withdrawn(1))
    assert await placement.hear(posted("A")) == []
    assert await placement.rows("SELECT * FROM seeking") == []


async def test_a_withdrawal_after_the_placement_changes_nothing(placement):
    await placement.hear(registered(1), recalled(1))
    assert await placement.hear(withdrawn(1)) == []
    assert await states(placement) == {1: "placed"}


async def test_a_withdrawal_of_a_past_spell_changes_nothing(placement):
    await placement.hear(registered(1, spell=2))
    assert await placement.hear(withdrawn(1, spell=1)) == []
    assert await states(placement) == {1: "looking"}


async def test_who_is_erased_leaves_the_queue_and_the_opening_that_was_held_goes_to_the_next(placement):
    await placement.hear(posted("A"), registered(1), registered(2))
    said = await placement.hear(erased(1))
    assert [(number_of(each.worker), each.reason) for each in only(ReferralLapsed, said)] == [(1, "withdrawn")]
    assert who_was_referred_where(said) == {2: "A"}
    assert await states(placement) == {1: "withdrawn", 2: "referred"}
    assert await placement.rows("SELECT worker FROM erased") == [(worker(1),)]


async def test_who_is_erased_after_a_placement_stays_placed_and_who_is_unknown_is_remembered(placement):
    await placement.hear(registered(1), recalled(1))
    assert await placement.hear(erased(1), erased(7)) == []
    assert await states(placement) == {1: "placed"}
    assert await placement.rows("SELECT worker FROM erased ORDER BY worker") == [(worker(1),), (worker(7),)]


async def test_who_loses_work_again_looks_again(placement):
    await placement.hear(registered(1), recalled(1), registered(1, spell=2))
    assert await states(placement) == {1: "looking"}
    said = await placement.hear(in_business(1))
    assert said[0].spell == 2
    assert await placement.rows("SELECT spell, outcome FROM placement ORDER BY spell") == [
        (1, "recalled"),
        (2, "self-employed"),
    ]
