"""When something that was said of a vacancy is retracted, the vacancy is what is left, and who lost a referral by it has it again."""

from datetime import date

import pytest

from contract.examples import EMPLOYER, OFFICE, number_of
from shared.events import (
    ReferralLapsed,
    VacancyApprovalNeeded,
    VacancyApproved,
    VacancyClosed,
    VacancyPosted,
    VacancyPostRefused,
    WorkerPlaced,
)
from tests.service_under_test import only
from tests.unit.placement.examples import (
    admitted,
    approved,
    closed,
    declined,
    hired,
    posted,
    registered,
    said,
    states,
    terms,
    vacancy_retracted,
    who_was_referred_where,
)


@pytest.fixture
def terms_of_referral():
    return terms(most_unapproved=3)


async def test_a_closing_that_an_employer_retracts_gives_everybody_back(placement):
    await placement.hear(posted("A", agency=EMPLOYER, openings=2), registered(1), registered(2))
    await placement.hear(said(closed("A", agency=EMPLOYER), 1))
    assert await states(placement) == {1: "looking", 2: "looking"}
    told = await placement.hear(vacancy_retracted("A", 1, VacancyClosed, agency=EMPLOYER))
    assert who_was_referred_where(told) == {1: "A", 2: "A"}
    assert await placement.rows("SELECT state, offered, referred FROM vacancy") == [("open", 2, 2)]


async def test_those_who_are_taken_back_come_before_openings_that_nobody_was_referred_to(placement):
    await placement.hear(posted("A", agency=EMPLOYER, openings=3), *(registered(n) for n in range(3)))
    await placement.hear(said(closed("A", agency=EMPLOYER), 1))
    await placement.hear(posted("B", agency=EMPLOYER, openings=3, vocation="welding"))
    told = await placement.hear(vacancy_retracted("A", 1, VacancyClosed, agency=EMPLOYER))
    assert [(each.code, each.waiting) for each in only(VacancyApprovalNeeded, told)] == [("B", 3)]
    assert await placement.rows("SELECT code, offered, referred FROM vacancy ORDER BY code") == [
        ("A", 3, 3),
        ("B", 0, 0),
    ]


async def test_an_approval_that_is_retracted_offers_no_more_than_the_limit_and_takes_back_nobody(placement):
    await placement.hear(admitted(OFFICE, "office"), posted("A", agency=EMPLOYER, openings=9))
    await placement.hear(said(approved("A", openings=8), 1), said(approved("A", openings=6), 2))
    await placement.hear(*(registered(n) for n in range(4)))
    assert await placement.rows("SELECT offered, approved FROM vacancy") == [(9, 8)]
    await placement.hear(vacancy_retracted("A", 1, VacancyApproved, agency=EMPLOYER))
    assert await placement.rows("SELECT offered, approved, referred FROM vacancy") == [(9, 6, 4)]
    await placement.hear(vacancy_retracted("A", 2, VacancyApproved, agency=EMPLOYER))
    assert await placement.rows("SELECT offered, approved, referred FROM vacancy") == [(4, 0, 4)]


async def test_a_decline_that_the_closing_stood_in_the_way_of_counts_when_the_closing_is_retracted(placement):
    await placement.hear(posted("A"), registered(1), said(closed("A"), 1))
    assert await placement.hear(declined(1)) == []
    told = await placement.hear(vacancy_retracted("A", 1, VacancyClosed))
    assert [each.reason for each in only(ReferralLapsed, told)] == ["declined-by-employer"]
    assert await states(placement) == {1: "looking"}
    assert await placement.rows("SELECT type FROM kept_fact WHERE worker IS NOT NULL") == []


async def test_a_hire_that_too_few_openings_stood_in_the_way_of_counts_when_there_are_more_again(placement):
    await placement.hear(posted("A", openings=2), said(posted("A", openings=1), 1), registered(1))
    await placement.hear(declined(1), registered(2), hired(2))
    assert [each.reason for each in await placement.hear(hired(1))] == ["no-opening-left"]
    told = await placement.hear(vacancy_retracted("A", 1, VacancyPosted))
    assert [number_of(each.worker) for each in only(WorkerPlaced, told)] == [1]
    assert await states(placement) == {1: "placed", 2: "placed"}
    assert await placement.rows("SELECT state, openings, hired FROM vacancy") == [("filled", 2, 2)]


async def test_a_hire_that_was_said_in_a_past_spell_does_not_count_when_there_are_more_openings_again(placement):
    await placement.hear(posted("A", openings=2), said(posted("A", openings=1), 1), registered(1))
    await placement.hear(declined(1), registered(2), hired(2))
    await placement.hear(hired(1), registered(1, spell=2))
    assert await placement.hear(vacancy_retracted("A", 1, VacancyPosted)) == []
    assert await states(placement) == {1: "looking", 2: "placed"}


async def test_a_posting_that_is_refused_does_not_open_a_vacancy_of_which_every_posting_was_retracted(placement):
    await placement.hear(said(posted("A", openings=2), 1), registered(1), registered(2), hired(1), hired(2))
    await placement.hear(vacancy_retracted("A", 1, VacancyPosted))
    told = await placement.hear(posted("A", openings=1))
    assert [(type(each), each.reason) for each in told] == [(VacancyPostRefused, "openings-taken")]
    assert await placement.rows("SELECT state, void, openings, hired FROM vacancy") == [("closed", True, 2, 2)]
    assert await placement.hear(posted("A", openings=3), registered(3)) != []
    assert await placement.rows("SELECT state, void, openings, hired, referred FROM vacancy") == [
        ("open", False, 3, 2, 1)
    ]


async def test_a_vacancy_was_posted_on_the_day_of_the_first_posting_that_is_left(placement):
    first, later, anew = (date(2021, 3, day) for day in (1, 8, 15))
    await placement.hear(said(posted("A", on=first), 1), said(posted("A", on=later), 2))
    assert await placement.rows("SELECT posted_on FROM vacancy") == [(first,)]
    await placement.hear(vacancy_retracted("A", 1, VacancyPosted))
    assert await placement.rows("SELECT posted_on FROM vacancy") == [(later,)]
    await placement.hear(vacancy_retracted("A", 2, VacancyPosted))
    await placement.hear(posted("A", on=anew))
    assert await placement.rows("SELECT posted_on FROM vacancy") == [(anew,)]
