"""Abroad only those are referred who are certainly 18 and have a jobseeker's card; some vacancies ask for a certificate."""

from datetime import date

import pytest

from contract.examples import number_of
from services.placement import duties, referrals
from services.placement.domain import matching
from services.placement.domain.terms import Terms
from shared.events import (
    HireConfirmed,
    HireDeclined,
    HireRefused,
    ReferralLapsed,
    VacancyClosed,
    WorkerPlaced,
    WorkerRecalled,
)
from tests.service_under_test import only
from tests.unit.placement.examples import (
    amended,
    carded,
    closed,
    declined,
    erased,
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
    vacancy_retracted,
    who_was_referred_where,
    withdrawn,
)

HONG_KONG = {"code": "HONG KONG", "country": "HK", "region": None}
SITI, TWIN = 1, 2


class Clock:
    today = date(2022, 6, 1)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def terms_of_referral(clock):
    return Terms(today=lambda: clock.today)


@pytest.fixture
def later(placement, clock, terms_of_referral):
    """Let it be another day; gives what is said then."""

    async def become(day):
        before = await placement.journal_length()
        clock.today = date.fromisoformat(day)
        await duties.judge_anew(placement.database, terms_of_referral)
        return await placement.said(after=before)

    return become


def going(n, **given):
    return registered(n, **{"reach": "abroad", "applied_on": date(2022, 5, n)} | given)


def good(n, until="2030-01-01"):
    return carded(n, valid_until=date.fromisoformat(until))


async def test_who_was_born_in_2007_is_referred_to_hong_kong_in_january_2026_and_not_in_2022(placement, later):
    await placement.hear(posted(**HONG_KONG), going(1, birth_year=2007), good(1))
    assert await states(placement) == {1: "looking"}
    assert await later("2025-12-31") == [], "18, but in the course of this year"
    assert who_was_referred_where(await later("2026-01-01")) == {1: "HONG KONG"}


async def test_who_may_not_go_stands_in_line_for_work_in_indonesia(placement):
    told = await placement.hear(
        going(1, birth_year=2007), good(1), going(2), going(3, birth_year=None), good(3), posted("A", openings=9)
    )
    assert set(who_was_referred_where(told)) == {1, 2, 3}


@pytest.mark.parametrize("told", [going(1, birth_year=None), going(1, birth_year=2004)])
async def test_of_whom_it_is_not_certain_that_they_are_18_is_not_referred_until_it_is(placement, told):
    await placement.hear(posted(**HONG_KONG), told, good(1))
    assert await states(placement) == {1: "looking"}
    assert who_was_referred_where(await placement.hear(amended(1, reach="abroad", birth_year=2003))) == {1: "HONG KONG"}


async def test_with_a_card_a_worker_is_referred_and_without_one_not(placement):
    assert await placement.hear(posted(**HONG_KONG), going(1)) == []
    assert who_was_referred_where(await placement.hear(good(1))) == {1: "HONG KONG"}
    assert await placement.rows("SELECT birth_year, sex, card_until FROM candidate") == [
        (1990, "female", date(2030, 1, 1))
    ]


async def test_a_card_from_before_cards_were_heard_of_is_told_with_the_application(placement):
    await placement.hear(posted(**HONG_KONG), going(1))
    assert who_was_referred_where(
        await placement.hear(amended(1, reach="abroad", card_until=date(2023, 1, 1)), amended(1, reach="abroad"))
    ) == {1: "HONG KONG"}


async def test_a_card_is_good_on_its_last_day_and_not_on_the_next(placement, later):
    await placement.hear(going(1), good(1, "2022-06-02"), going(2), good(2))
    assert await later("2022-06-02") == []
    assert who_was_referred_where(await placement.hear(posted(**HONG_KONG))) == {1: "HONG KONG"}
    assert await later("2022-06-03") == []
    assert await states(placement) == {1: "referred", 2: "looking"}, "who was referred in time stays so"
    told = await placement.hear(declined(1, "HONG KONG"), going(3), good(3, "2022-06-03"))
    assert who_was_referred_where(told) == {2: "HONG KONG"}
    await later("2022-06-04")
    assert await placement.hear(posted("SEOUL", country="KR", region=None)) == []
    assert who_was_referred_where(await placement.hear(good(1, "2024-06-04"))) == {1: "SEOUL"}


async def test_of_a_card_that_ran_out_at_midnight_nobody_has_to_say_so_first(placement, clock):
    await placement.hear(going(1), good(1, "2022-06-01"), going(2), good(2))
    clock.today = date(2022, 6, 2)
    assert who_was_referred_where(await placement.hear(posted(**HONG_KONG))) == {2: "HONG KONG"}


@pytest.mark.parametrize("place", [{"code": "A"}, HONG_KONG])
async def test_a_vacancy_that_asks_for_a_certificate_waits_for_one(placement, place):
    await placement.hear(going(1), good(1), going(2, wishes=[]), good(2))
    assert await placement.hear(posted(**place, certificate=True)) == []
    assert await placement.hear(graduated(1, vocation="welding")) == []
    assert who_was_referred_where(await placement.hear(graduated(1))) == {1: place["code"]}


async def test_without_the_certificate_a_referral_that_asks_for_one_lapses_and_stays_lapsed(placement):
    await placement.hear(posted("A", certificate=True), registered(1), graduated(1))
    (lapsed,) = await placement.hear(result_voided(1))
    assert (type(lapsed), lapsed.detail) == (ReferralLapsed, "certificate-revoked")
    assert await placement.hear(withdrawn(1), reinstated(1)) == []
    assert await states(placement) == {1: "looking"}


def end_of(end):
    """A fact that ends worker 1's referral, and its retraction."""
    return {
        "a decline": (declined(1, "HONG KONG"), retracted(1, 1, HireDeclined, "HONG KONG")),
        "a recall": (recalled(1), retracted(1, 1, WorkerRecalled, None)),
        "a hire": (hired(1, "HONG KONG"), retracted(1, 1, HireConfirmed, "HONG KONG")),
        "a closing": (closed("HONG KONG"), vacancy_retracted("HONG KONG", 1, VacancyClosed)),
        "a withdrawal": (withdrawn(1), reinstated(1, reach="abroad")),
    }[end]


@pytest.mark.parametrize("end", ["a decline", "a recall", "a hire", "a closing", "a withdrawal"])
@pytest.mark.parametrize("is_good", [True, False], ids=["with a card", "when the card has run out"])
async def test_a_referral_abroad_is_open_again_only_of_who_may_go_that_day(placement, later, end, is_good):
    await placement.hear(posted(**HONG_KONG), going(1), good(1, "2022-06-02"))
    fact, undone = end_of(end)
    await placement.hear(said(fact, 1))
    await later("2022-06-02" if is_good else "2022-06-03")
    assert who_was_referred_where(await placement.hear(undone)) == ({1: "HONG KONG"} if is_good else {})
    assert await states(placement) == {1: "referred" if is_good else "looking"}


async def test_a_vacancy_that_asks_no_longer_calls_those_without(placement):
    await placement.hear(registered(1), posted("A", certificate=True))
    assert who_was_referred_where(await placement.hear(posted("A"))) == {1: "A"}


async def test_a_hire_by_the_employers_word_is_not_judged(placement):
    await placement.hear(posted(**HONG_KONG), going(1), good(1), declined(1, "HONG KONG"))
    await placement.hear(amended(1, reach="abroad", birth_year=2007))
    (placed,) = await placement.hear(hired(1, "HONG KONG"))
    assert (type(placed), placed.route) == (WorkerPlaced, "AKAN")


async def test_a_referral_abroad_lapses_when_it_becomes_known_that_the_worker_is_too_young(placement):
    await placement.hear(posted(**HONG_KONG), going(1), good(1), going(2), good(2))
    told = await placement.hear(amended(1, reach="abroad", birth_year=2007))
    assert [(number_of(each.worker), each.reason) for each in only(ReferralLapsed, told)] == [(1, "withdrawn")]
    assert who_was_referred_where(told) == {2: "HONG KONG"}
    assert only(HireRefused, told) == []


@pytest.mark.parametrize(
    ("those_in_front", "calls"),
    [
        ([going(n, birth_year=2007) for n in range(1, 26)], HONG_KONG),
        ([going(n) for n in range(1, 26)], {"code": "A", "certificate": True}),
    ],
    ids=["too young", "not certified"],
)
async def test_however_many_are_in_front_who_do_not_fit_the_next_who_does_is_read(
    placement, monkeypatch, those_in_front, calls
):
    monkeypatch.setattr(referrals, "CANDIDATES_PER_OPENING", 1)
    monkeypatch.setattr(matching, "SPARE_CANDIDATES", 0)
    await placement.hear(*those_in_front, *(good(n) for n in range(1, 29)))
    await placement.hear(*(going(n) for n in (26, 27, 28)), *(graduated(n) for n in (27, 26)))
    told = await placement.hear(posted(**{"openings": 2} | calls))
    assert list(who_was_referred_where(told)) == [26, 27]


async def test_the_duty_is_done_by_parts(placement, later, monkeypatch):
    monkeypatch.setattr(referrals, "TRANSACTION_LIMIT", 3)
    await placement.hear(*(going(n, birth_year=2007) for n in range(1, 9)), *(good(n) for n in range(1, 9)))
    await placement.hear(posted(**HONG_KONG, openings=8))
    assert len(who_was_referred_where(await later("2026-01-01"))) == 8


async def test_the_card_of_either_id_counts_while_two_ids_are_one_person(placement):
    await placement.hear(posted(**HONG_KONG), going(SITI), going(TWIN, wants=["training"]), good(TWIN))
    assert await states(placement) == {SITI: "looking", TWIN: "training-first"}
    assert who_was_referred_where(await placement.hear(merged(TWIN, into=SITI))) == {SITI: "HONG KONG"}
    told = await placement.hear(
        declined(SITI, "HONG KONG"), split(TWIN, former=SITI, is_open=True, former_is_open=True)
    )
    assert who_was_referred_where(told) == {}
    assert await placement.hear(posted("SEOUL", country="KR", region=None)) == [], "Siti has no card of her own"


async def test_a_card_that_is_issued_after_the_merge_counts(placement):
    await placement.hear(posted(**HONG_KONG), going(SITI), going(TWIN), merged(TWIN, into=SITI))
    assert who_was_referred_where(await placement.hear(good(TWIN))) == {SITI: "HONG KONG"}


async def test_what_is_known_of_a_worker_counts_in_the_next_spell(placement):
    await placement.hear(going(1), good(1), withdrawn(1), posted(**HONG_KONG))
    assert who_was_referred_where(await placement.hear(going(1, spell=2))) == {1: "HONG KONG"}


@pytest.mark.parametrize("before", [[], [posted(**HONG_KONG), hired(1, "HONG KONG")]], ids=["looking", "placed"])
async def test_erasure_blanks_the_birth_year_and_the_sex(placement, before):
    await placement.hear(going(1), good(1), *before)
    placed = (await placement.figures())["placed"]
    await placement.hear(erased(1))
    assert await placement.rows("SELECT birth_year, sex FROM candidate") == [(None, None)]
    figures = await placement.figures()
    assert (figures["placed.sex.female"], figures["placed.sex.unknown"]) == (0, placed)
