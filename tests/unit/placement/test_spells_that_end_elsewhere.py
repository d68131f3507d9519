from datetime import date

import pytest

from services.placement.handlers import handlers
from shared.events import OutcomeRefused, ReferralLapsed, WorkerPlaced
from shared.inbox import dead_letters
from tests.unit.placement.office import (
    in_business,
    number,
    only,
    posted,
    recalled,
    registered,
    who_was_sent_where,
    withdrawn,
    worker,
)


async def test_who_is_recalled_to_the_old_job_is_placed(office):
    await office.hear(registered(1))
    assert await office.hear(recalled(1)) == [
        WorkerPlaced(
            worker=worker(1),
            spell=1,
            concerns=["disnaker-purworejo"],
            outcome="recalled",
            on=date(2021, 6, 1),
            agency="pt-lama",
            employer="PT Lama",
        )
    ]
    assert await office.rows("SELECT outcome, route, country FROM placement") == [("recalled", None, None)]


async def test_who_starts_a_business_is_placed_also_in_the_middle_of_training(office):
    await office.hear(registered(1, wants=["training"]))
    (said,) = await office.hear(in_business(1))
    assert (said.outcome, said.spell, said.agency) == ("self-employed", 1, "disnaker-purworejo")
    assert await office.states() == {1: "placed"}


@pytest.mark.parametrize("fact", [recalled, in_business])
async def test_the_opening_that_was_held_goes_to_the_next(office, fact):
    await office.hear(posted("A"), registered(1), registered(2))
    said = await office.hear(fact(1))
    assert [(number(each), each.reason) for each in only(ReferralLapsed, said)] == [(1, "placed")]
    assert who_was_sent_where(said) == {2: "A"}


@pytest.mark.parametrize(("fact", "outcome"), [(recalled, "recalled"), (in_business, "self-employed")])
async def test_a_spell_that_has_ended_does_not_end_again(office, fact, outcome):
    await office.hear(registered(1), recalled(1), registered(2), withdrawn(2))
    first, second = await office.hear(fact(1), fact(2))
    agency = fact(1).agency
    assert first == OutcomeRefused(worker=worker(1), agency=agency, outcome=outcome, reason="already-placed")
    assert second == OutcomeRefused(worker=worker(2), agency=agency, outcome=outcome, reason="withdrawn")
    assert await office.rows("SELECT count(*) FROM placement") == [(1,)]


@pytest.mark.parametrize("fact", [recalled, in_business])
async def test_news_of_a_worker_never_heard_of_is_buried_and_counts_once_replayed(office, fact):
    said = await office.hear(registered(1), fact(7), registered(2))
    assert said == []
    (reason,) = await office.buried()
    assert reason.startswith("NotHeardOf: the worker's registration was not taken in here")
    assert await office.states() == {1: "looking", 2: "looking"}
    await office.hear(registered(7))
    async with office.database.work() as work:
        (letter,) = await dead_letters.listing(work)
        await dead_letters.replay(work, letter["id"], handlers)
    assert (await office.states())[7] == "placed"


async def test_a_withdrawn_registration_ends_the_search_and_frees_the_opening(office):
    await office.hear(posted("A"), registered(1), registered(2))
    said = await office.hear(withdrawn(1))
    assert [(number(each), each.reason) for each in only(ReferralLapsed, said)] == [(1, "withdrawn")]
    assert who_was_sent_where(said) == {2: "A"}
    assert await office.states() == {1: "withdrawn", 2: "referred"}


async def test_who_withdrew_is_called_by_no_vacancy(office):
    await office.hear(registered(1), withdrawn(1))
    assert await office.hear(posted("A")) == []
    assert await office.rows("SELECT * FROM seeking") == []


async def test_a_withdrawal_after_the_placement_changes_nothing(office):
    await office.hear(registered(1), recalled(1))
    assert await office.hear(withdrawn(1)) == []
    assert await office.states() == {1: "placed"}


async def test_a_withdrawal_of_a_past_spell_changes_nothing(office):
    await office.hear(registered(1, spell=2))
    assert await office.hear(withdrawn(1, spell=1)) == []
    assert await office.states() == {1: "looking"}


async def test_who_loses_work_again_looks_again(office):
    await office.hear(registered(1), recalled(1), registered(1, spell=2))
    assert await office.states() == {1: "looking"}
    said = await office.hear(in_business(1))
    assert said[0].spell == 2
    assert await office.rows("SELECT spell, outcome FROM placement ORDER BY spell") == [
        (1, "recalled"),
        (2, "self-employed"),
    ]
