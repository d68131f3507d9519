from datetime import date

import pytest

from contract.examples import OFFICE, id_of, number_of, worker
from shared.events import HireRefused, ReferralLapsed, WorkerPlaced, WorkerReferred
from tests.service_under_test import only
from tests.unit.placement.examples import (
    BALIKPAPAN,
    KEBUMEN,
    closed,
    declined,
    hired,
    posted,
    recalled,
    registered,
    states,
    who_was_referred_where,
    withdrawn,
)


async def test_a_yes_places_the_worker_and_uses_the_opening(placement):
    await placement.hear(posted("A", openings=2, region=BALIKPAPAN), registered(1, reach="national"))
    said = await placement.hear(hired(1))
    assert said == [
        WorkerPlaced(
            worker=worker(1),
            spell=1,
            concerns=[OFFICE],
            outcome="hired",
            on=date(2021, 6, 1),
            agency=OFFICE,
            vacancy=id_of("A", OFFICE),
            code="A",
            employer="PT Garmen Jateng",
            region=BALIKPAPAN,
            country="ID",
            route="AKAD",
        )
    ]
    assert await states(placement) == {1: "placed"}
    assert await placement.rows("SELECT hired, referred, state FROM vacancy") == [(1, 0, "open")]
    assert await placement.rows("SELECT worker, spell, outcome, route FROM placement") == [
        (worker(1), 1, "hired", "AKAD")
    ]


async def test_the_last_yes_fills_the_vacancy(placement):
    await placement.hear(posted("A", openings=2), registered(1), registered(2), registered(3))
    said = await placement.hear(hired(1), hired(2))
    assert [number_of(each.worker) for each in only(WorkerPlaced, said)] == [1, 2]
    assert await placement.rows("SELECT state, hired, referred FROM vacancy") == [("filled", 2, 0)]
    assert await states(placement) == {1: "placed", 2: "placed", 3: "looking"}


@pytest.mark.parametrize(("by", "reason"), [("employer", "declined-by-employer"), ("worker", "declined-by-worker")])
async def test_a_no_offers_the_opening_to_the_next_and_the_worker_looks_further(placement, by, reason):
    await placement.hear(posted("A"), registered(1), registered(2))
    said = await placement.hear(declined(1, by=by))
    (lapsed,) = only(ReferralLapsed, said)
    assert (number_of(lapsed.worker), lapsed.reason, lapsed.concerns) == (1, reason, [OFFICE])
    assert who_was_referred_where(said) == {2: "A"}
    assert await states(placement) == {1: "looking", 2: "referred"}


async def test_after_a_no_nobody_is_referred_to_the_same_vacancy_again(placement):
    await placement.hear(posted("A"), registered(1), declined(1))
    assert await states(placement) == {1: "looking"}
    assert who_was_referred_where(await placement.hear(posted("B"))) == {1: "B"}


async def test_who_comes_back_keeps_the_rank(placement):
    await placement.hear(posted("A"), registered(1), registered(2, applied_on=date(2021, 3, 1)), declined(1))
    await placement.hear(declined(2))
    assert who_was_referred_where(await placement.hear(posted("B"))) == {1: "B"}


async def test_a_second_no_changes_nothing(placement):
    await placement.hear(posted("A"), registered(1), declined(1))
    assert await placement.hear(declined(1)) == []


@pytest.mark.parametrize("answer", [hired, declined])
async def test_an_answer_about_somebody_never_referred_is_refused(placement, answer):
    await placement.hear(posted("A", vocation="welding"), registered(1))
    for n in (1, 2):
        (said,) = await placement.hear(answer(n))
        assert said == HireRefused(
            worker=worker(n),
            vacancy=id_of("A", OFFICE),
            code="A",
            agency=OFFICE,
            reason="never-referred",
        )


async def test_another_agency_s_code_is_another_vacancy(placement):
    await placement.hear(posted("A"), registered(1))
    (said,) = await placement.hear(hired(1, agency="pt-lain"))
    assert (said.reason, said.agency) == ("never-referred", "pt-lain")
    assert await states(placement) == {1: "referred"}


async def test_a_yes_for_somebody_who_works_already_is_refused(placement):
    await placement.hear(posted("A"), registered(1), recalled(1))
    (said,) = only(HireRefused, await placement.hear(hired(1)))
    assert said.reason == "already-placed"
    await placement.hear(registered(2), hired(2))
    for answer in (hired(2), declined(2)):
        (said,) = await placement.hear(answer)
        assert said.reason == "already-placed"


async def test_a_yes_for_somebody_who_withdrew_is_refused(placement):
    await placement.hear(posted("A"), registered(1), withdrawn(1))
    assert [type(each) for each in await placement.hear(hired(1))] == [HireRefused]
    assert await states(placement) == {1: "withdrawn"}


async def test_two_employers_cannot_both_have_the_worker(placement):
    await placement.hear(posted("A"), posted("B"), registered(1))
    await placement.hear(declined(1, "A"))
    said = await placement.hear(hired(1, "A"), hired(1, "B"))  # A thinks better of it, B is a moment too late
    assert [type(each) for each in said] == [ReferralLapsed, WorkerPlaced, HireRefused]
    assert (said[0].code, said[0].reason) == ("B", "placed")
    assert (said[2].code, said[2].reason) == ("B", "already-placed")
    assert await placement.rows("SELECT code, hired, referred FROM vacancy ORDER BY code") == [("A", 1, 0), ("B", 0, 0)]


async def test_a_late_yes_counts_while_an_opening_is_left(placement):
    await placement.hear(posted("A"), registered(1), declined(1))
    (said,) = await placement.hear(hired(1))
    assert (number_of(said.worker), said.outcome) == (1, "hired")
    assert await placement.rows("SELECT state, reason FROM referral") == [("hired", None)]


async def test_a_late_yes_lapses_the_referral_that_held_the_opening(placement):
    await placement.hear(posted("A"), registered(1), registered(2), declined(1))
    await placement.hear(posted("B", region=KEBUMEN))
    said = await placement.hear(hired(1))
    assert [type(each) for each in said] == [ReferralLapsed, WorkerPlaced, ReferralLapsed, WorkerReferred]
    assert [(each.code, each.reason) for each in only(ReferralLapsed, said)] == [
        ("B", "placed"),
        ("A", "vacancy-filled"),
    ]
    assert who_was_referred_where(said) == {2: "B"}
    assert await states(placement) == {1: "placed", 2: "referred"}
    assert await placement.rows("SELECT state FROM vacancy WHERE code = 'A'") == [("filled",)]


async def test_of_several_referrals_that_hold_openings_the_latest_lapses(placement):
    await placement.hear(posted("A", openings=2), registered(1), registered(2), declined(1))
    await placement.hear(registered(3, applied_on=date(2021, 1, 1)))
    said = await placement.hear(hired(1))
    assert [number_of(each.worker) for each in only(ReferralLapsed, said)] == [3]
    assert await states(placement) == {1: "placed", 2: "referred", 3: "looking"}


async def test_a_late_yes_is_refused_where_every_opening_is_filled(placement):
    await placement.hear(posted("A"), registered(1), registered(2), declined(1), hired(2))
    (said,) = await placement.hear(hired(1))
    assert (type(said), said.reason) == (HireRefused, "no-opening-left")
    assert await states(placement) == {1: "looking", 2: "placed"}


async def test_a_yes_may_arrive_after_the_vacancy_was_closed(placement):
    """What is said of a worker and of a vacancy travels apart: the agency may have said yes first."""
    await placement.hear(posted("A"), registered(1), closed("A", reason="filled"))
    (said,) = await placement.hear(hired(1))
    assert said.outcome == "hired"
    assert await placement.rows("SELECT state, hired FROM vacancy") == [("closed", 1)]


async def test_the_hire_counts_for_the_spell_that_the_worker_is_in(placement):
    await placement.hear(posted("A"), registered(1), withdrawn(1), registered(1, spell=2, wishes=["welding"]))
    (said,) = await placement.hear(hired(1))
    assert said.spell == 2
