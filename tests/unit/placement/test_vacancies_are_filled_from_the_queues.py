from datetime import date

import pytest

from contract.examples import OFFICE, id_of, number_of, worker
from services.placement import duties, referrals
from services.placement.domain import matching
from shared.events import ReferralLapsed, VacancyPosted, VacancyPostRefused, WorkerPlaced
from tests.service_under_test import only
from tests.unit.placement.examples import (
    BALIKPAPAN,
    KEBUMEN,
    TERMS,
    YOGYAKARTA,
    carded,
    closed,
    declined,
    hired,
    posted,
    registered,
    said,
    states,
    vacancy_retracted,
    who_was_referred_where,
)


async def test_a_vacancy_calls_those_who_look_longest(placement):
    days = [date(2021, 1, day) for day in (5, 3, 4, 1, 2)]
    await placement.hear(*(registered(n, applied_on=day) for n, day in enumerate(days)))
    assert who_was_referred_where(await placement.hear(posted("A", openings=2))) == {3: "A", 4: "A"}
    assert who_was_referred_where(await placement.hear(posted("B", openings=9))) == {0: "B", 1: "B", 2: "B"}


@pytest.fixture
def reading_as_few_as_can_be(monkeypatch):
    """One candidate is read from a queue for each opening: this shows whom the database takes for the first."""
    monkeypatch.setattr(referrals, "CANDIDATES_PER_OPENING", 1)
    monkeypatch.setattr(matching, "SPARE_CANDIDATES", 0)


@pytest.mark.usefixtures("reading_as_few_as_can_be")
async def test_the_database_reads_a_queue_in_the_order_of_the_rule(placement):
    """The SQL that reads the queues and `matching.rank` must agree on day, then desk, then id."""
    first, second = date(2021, 1, 1), date(2021, 1, 2)
    await placement.hear(
        *(registered(n, applied_on=day) for n, day in [(5, second), (9, second), (7, first), (3, second)])
    )
    twins = f"worker IN ('{worker(9)}', '{worker(3)}')"
    await placement.run(*(f"UPDATE {table} SET position = 2 WHERE {twins}" for table in ("seeking", "candidate")))
    order = []
    for code in "ABCD":
        order += who_was_referred_where(await placement.hear(posted(code)))
    assert order == [7, 5, 3, 9]


async def test_it_calls_from_every_queue_that_it_fits(placement):
    await placement.hear(
        registered(1, applied_on=date(2021, 1, 6), region=KEBUMEN),
        registered(2, applied_on=date(2021, 1, 5), region=YOGYAKARTA, reach="national"),
        registered(3, applied_on=date(2021, 1, 4), region=YOGYAKARTA),
        registered(4, applied_on=date(2021, 1, 3), region=BALIKPAPAN, reach="abroad", wishes=[]),
        registered(5, applied_on=date(2021, 1, 2), wishes=["welding"]),
    )
    said = await placement.hear(posted("A", openings=9))
    assert {number_of(each.worker): each.route for each in said} == {4: "AKAD", 2: "AKAD", 1: "AKL"}


async def test_overseas_only_those_are_called_who_would_go(placement):
    await placement.hear(registered(1), registered(2, reach="national"), registered(3, reach="abroad"))
    await placement.hear(carded(1), carded(2), carded(3))
    (said,) = await placement.hear(posted("HONG KONG", country="HK", region=None, openings=9))
    assert (number_of(said.worker), said.route, said.country) == (3, "AKAN", "HK")


async def test_vacancies_posted_together_overlook_nobody(placement):
    both = {"wishes": ["sewing", "welding"]}
    await placement.hear(
        *(registered(n, **both) for n in range(40)), registered(40), registered(41, wishes=["welding"])
    )
    said = await placement.hear(posted("A", openings=20), posted("W", vocation="welding", openings=21, region=KEBUMEN))
    sent = who_was_referred_where(said)
    assert set(sent) == {*range(40), 41}
    assert [sent[n] for n in (0, 19, 20, 39, 41)] == ["A", "A", "W", "W", "W"]


@pytest.mark.usefixtures("reading_as_few_as_can_be")
async def test_a_queue_is_read_deeper_where_those_in_front_go_elsewhere(placement):
    """The first three of both queues are the same three, who all go to A: W must look further down."""
    await placement.hear(*(registered(n, wishes=["sewing", "welding"]) for n in range(9)))
    said = await placement.hear(posted("A", openings=3), posted("W", vocation="welding", openings=3))
    assert who_was_referred_where(said) == {0: "A", 1: "A", 2: "A", 3: "W", 4: "W", 5: "W"}


@pytest.mark.usefixtures("reading_as_few_as_can_be")
async def test_a_queue_is_read_deeper_where_those_in_front_were_there_before(placement):
    await placement.hear(posted("A"), *(registered(n) for n in range(4)))
    await placement.hear(declined(0))
    await placement.hear(declined(1))
    assert who_was_referred_where(await placement.hear(declined(2))) == {3: "A"}


async def test_very_many_openings_are_offered_a_transaction_at_a_time(placement, monkeypatch):
    monkeypatch.setattr(referrals, "TRANSACTION_LIMIT", 5)
    await placement.hear(*(registered(n) for n in range(12)))
    assert len(await placement.hear(posted("A", openings=50))) == 5
    assert await placement.hear(registered(20, applied_on=date(2021, 9, 1))) == []  # those in the queue come first
    await duties.call_more_candidates(placement.database, TERMS)
    assert await states(placement) == dict.fromkeys([*range(12), 20], "referred")
    assert await placement.rows("SELECT calling FROM vacancy") == [(False,)]
    assert who_was_referred_where(await placement.hear(registered(21))) == {21: "A"}


async def test_a_vacancy_closed_while_it_calls_calls_no_more(placement, monkeypatch):
    monkeypatch.setattr(referrals, "TRANSACTION_LIMIT", 5)
    await placement.hear(*(registered(n) for n in range(12)))
    await placement.hear(posted("A", openings=50), closed("A"))
    await duties.call_more_candidates(placement.database, TERMS)
    assert await placement.rows("SELECT state, calling, referred FROM vacancy") == [("closed", False, 0)]


async def test_more_openings_call_more_candidates(placement):
    await placement.hear(posted("A"), registered(1), registered(2))
    assert who_was_referred_where(await placement.hear(posted("A", openings=2, title="Penjahit"))) == {2: "A"}
    assert await placement.rows("SELECT title, openings, referred, posted_on FROM vacancy") == [
        ("Penjahit", 2, 2, date(2021, 3, 1))
    ]


async def test_a_filled_vacancy_opens_again_with_more_openings(placement):
    await placement.hear(posted("A"), registered(1), hired(1), registered(2))
    assert await placement.rows("SELECT state FROM vacancy") == [("filled",)]
    assert who_was_referred_where(await placement.hear(posted("A", openings=2))) == {2: "A"}
    assert await placement.rows("SELECT state, hired, referred FROM vacancy") == [("open", 1, 1)]


async def test_fewer_openings_than_are_taken_are_refused(placement):
    await placement.hear(posted("A", openings=3), registered(1), registered(2), hired(1))
    said = await placement.hear(posted("A", openings=1, title="Lain"))
    assert said == [VacancyPostRefused(vacancy=id_of("A", OFFICE), code="A", agency=OFFICE, reason="openings-taken")]
    assert await placement.rows("SELECT title, openings FROM vacancy") == [("Operator jahit", 3)]
    assert await placement.hear(posted("A", openings=2)) == []


async def test_openings_cut_down_to_those_hired_fill_the_vacancy(placement):
    await placement.hear(posted("A", openings=3), registered(1), hired(1), posted("A", openings=1))
    assert await placement.rows("SELECT state FROM vacancy") == [("filled",)]


async def test_a_closed_vacancy_cannot_be_posted_again(placement):
    await placement.hear(posted("A"), closed("A"))
    (said,) = await placement.hear(posted("A", openings=5))
    assert isinstance(said, VacancyPostRefused)
    assert said.reason == "vacancy-closed"


async def test_closing_lets_referrals_lapse_and_their_workers_are_sent_elsewhere(placement):
    await placement.hear(posted("A", openings=2), registered(1), registered(2), posted("B", region=KEBUMEN))
    said = await placement.hear(closed("A"))
    assert [(number_of(each.worker), each.reason) for each in only(ReferralLapsed, said)] == [
        (1, "vacancy-closed"),
        (2, "vacancy-closed"),
    ]
    assert who_was_referred_where(said) == {1: "B"}
    assert await states(placement) == {1: "referred", 2: "looking"}
    assert await placement.rows("SELECT state, referred FROM vacancy WHERE code = 'A'") == [("closed", 0)]


async def test_a_vacancy_with_very_many_referrals_closes_a_transaction_at_a_time(placement, monkeypatch):
    monkeypatch.setattr(referrals, "TRANSACTION_LIMIT", 3)
    await placement.hear(posted("A", openings=10), *(registered(n) for n in range(10)))
    assert len(await placement.hear(closed("A"))) == 3
    assert await duties.lapse_for_closed_vacancies(placement.database, TERMS) == 7
    assert await states(placement) == dict.fromkeys(range(10), "looking")
    assert {each.reason for each in only(ReferralLapsed, await placement.said())} == {"vacancy-closed"}


async def test_a_vacancy_of_which_no_posting_is_left_closes_a_transaction_at_a_time_too(placement, monkeypatch):
    monkeypatch.setattr(referrals, "TRANSACTION_LIMIT", 4)
    for code in "AB":
        await placement.hear(said(posted(code, openings=5, vocation=code.lower()), ord(code)))
    workers = [registered(n, wishes=["a" if n < 5 else "b"]) for n in range(10)]
    await placement.hear(*workers)
    await duties.call_more_candidates(placement.database, TERMS)
    told = await placement.hear(*(vacancy_retracted(code, ord(code), VacancyPosted) for code in "AB"))
    assert len(told) == 4
    assert await duties.lapse_for_closed_vacancies(placement.database, TERMS) == 6
    assert await states(placement) == dict.fromkeys(range(10), "looking")


async def test_a_kept_hire_ends_the_latest_referral_however_few_are_read(placement, monkeypatch):
    await placement.hear(posted("A", openings=2), said(posted("A", openings=1), 1), registered(0))
    await placement.hear(declined(0), registered(1), hired(1))
    assert [each.reason for each in await placement.hear(hired(0))] == ["no-opening-left"]
    await placement.hear(posted("A", openings=3), registered(2), registered(3))
    monkeypatch.setattr(referrals, "TRANSACTION_LIMIT", 0)
    told = await placement.hear(vacancy_retracted("A", 1, VacancyPosted))
    assert [number_of(each.worker) for each in only(WorkerPlaced, told)] == [0]
    assert [number_of(each.worker) for each in only(ReferralLapsed, told)] == [3]


@pytest.mark.parametrize("code", ["A", "UNKNOWN"])
async def test_closing_what_is_closed_or_unknown_changes_nothing(placement, code):
    await placement.hear(posted("A"), closed("A"))
    assert await placement.hear(closed(code)) == []
