"""The rule of referral, with the places of the Dinperinaker Purworejo's placements of 2021."""

from datetime import date
from uuid import UUID, uuid5

import pytest

from services.placement.domain.abroad import changes_on
from services.placement.domain.areas import route_of
from services.placement.domain.entities import Candidate, Vacancy
from services.placement.domain.matching import refer, release

PURWOREJO, KEBUMEN = "33.06", "33.05"
YOGYAKARTA, BALIKPAPAN, PONTIANAK, BEKASI = "34.71", "64.71", "61.71", "32.75"
ABROAD = ["SG", "US", "HK", "IT", "PL", "KR"]
TODAY = date(2022, 6, 1)


OF_AGE = {"birth_year": 1990, "card_until": date(2023, 2, 3)}


def someone(n=1, **known):
    known = {"region": PURWOREJO, "wishes": ["sewing"], "since": date(2021, 2, 3), "position": n} | OF_AGE | known
    return Candidate(worker=UUID(int=n), spell=1, state="looking", **known)


def opening(code="A", **known):
    known = {
        "agency": "disnaker-purworejo",
        "vocation": "sewing",
        "region": PURWOREJO,
        "posted_on": date(2021, 3, 1),
        "openings": 1,
    } | known
    known = {"offered": known["openings"]} | known
    return Vacancy(id=uuid5(UUID(int=0), code), code=code, title=code, employer="PT Garmen", **known)


def referred(candidates, vacancies, today=TODAY):
    return {candidate.worker.int: vacancy.code for candidate, vacancy in refer(candidates, vacancies, today)}


@pytest.mark.parametrize("region", [PURWOREJO, KEBUMEN])
def test_a_job_in_central_java_is_local_for_a_worker_from_purworejo(region):
    assert route_of(PURWOREJO, opening(region=region)) == "AKL"


@pytest.mark.parametrize("region", [YOGYAKARTA, BALIKPAPAN, PONTIANAK, BEKASI])
def test_a_job_in_another_province_is_interregional(region):
    assert route_of(PURWOREJO, opening(region=region)) == "AKAD"


def test_the_same_job_in_bekasi_is_local_for_a_worker_from_west_java():
    assert route_of("32.14", opening(region=BEKASI)) == "AKL"


@pytest.mark.parametrize("country", ABROAD)
def test_a_job_in_another_country_is_overseas_whatever_its_region_is_called(country):
    assert route_of(PURWOREJO, opening(country=country, region=PURWOREJO)) == "AKAN"


def test_a_region_known_by_name_alone_is_local_to_the_same_name_only():
    assert route_of("Kampung Baru", opening(region="kampung baru ")) == "AKL"
    assert route_of("Kampung Baru", opening(region=PURWOREJO)) == "AKAD"
    assert route_of(None, opening(region=None)) == "AKAD"


def test_a_province_given_by_its_code_holds_its_regencies():
    assert route_of(PURWOREJO, opening(region="33")) == "AKL"


def test_who_looks_longest_comes_first():
    early, late = someone(2, since=date(2021, 1, 4)), someone(1, since=date(2021, 6, 7))
    assert referred([late, early], [opening()]) == {2: "A"}


def test_on_the_same_day_who_came_to_the_desk_first_comes_first():
    assert referred([someone(1, position=20), someone(2, position=10)], [opening()]) == {2: "A"}


def test_prefers_the_same_regency_to_a_vacancy_posted_earlier():
    far = opening("KEBUMEN", region=KEBUMEN, posted_on=date(2021, 1, 1))
    assert referred([someone()], [far, opening("PURWOREJO")]) == {1: "PURWOREJO"}


def test_prefers_local_to_interregional_and_interregional_to_overseas():
    overseas = opening("HONG KONG", country="HK", region=None, posted_on=date(2021, 1, 1))
    interregional = opening("BEKASI", region=BEKASI, posted_on=date(2021, 1, 2))
    local = opening("KEBUMEN", region=KEBUMEN, posted_on=date(2021, 1, 3))
    three = [someone(n, reach="abroad") for n in (1, 2, 3)]
    assert referred(three, [overseas, interregional, local]) == {1: "KEBUMEN", 2: "BEKASI", 3: "HONG KONG"}


def test_among_equally_near_ones_the_vacancy_posted_earlier_is_filled_first():
    assert referred([someone()], [opening("A"), opening("B", posted_on=date(2021, 2, 1))]) == {1: "B"}


def test_among_those_posted_on_one_day_agency_and_code_decide():
    assert referred([someone()], [opening("A", agency="pt-zeta"), opening("Z", agency="pt-alfa")]) == {1: "Z"}
    assert referred([someone()], [opening("B"), opening("A")]) == {1: "A"}


@pytest.mark.parametrize(
    ("reach", "fits"),
    [
        ("province", ["KEBUMEN"]),
        ("national", ["KEBUMEN", "BALIKPAPAN"]),
        ("abroad", ["KEBUMEN", "BALIKPAPAN", "SEOUL"]),
    ],
)
def test_nobody_is_referred_further_than_their_reach(reach, fits):
    vacancies = [
        opening("KEBUMEN", region=KEBUMEN),
        opening("BALIKPAPAN", region=BALIKPAPAN),
        opening("SEOUL", country="KR", region=None),
    ]
    assert [code for code in fits if referred([someone(reach=reach)], [v for v in vacancies if v.code == code])] == fits
    assert len(referred([someone(n, reach=reach) for n in range(9)], vacancies)) == len(fits)


def test_a_worker_from_nowhere_known_is_not_referred_far_away():
    assert referred([someone(region=None)], [opening()]) == {}
    assert referred([someone(region=None, reach="national")], [opening()]) == {1: "A"}


def test_a_wish_and_a_certificate_both_count():
    welder = someone(1, wishes=["sewing"], certified=["welding"])
    assert referred([welder], [opening("W", vocation="welding")]) == {1: "W"}
    assert referred([welder], [opening("B", vocation="barista")]) == {}


def test_who_has_neither_takes_any_vacancy():
    assert referred([someone(wishes=[])], [opening("B", vocation="barista")]) == {1: "B"}


def test_the_nearer_vacancy_wins_over_all_vocations():
    both = someone(wishes=["sewing", "welding"])
    assert referred([both], [opening("A", region=KEBUMEN), opening("W", vocation="welding")]) == {1: "W"}


def test_nobody_is_referred_to_the_same_vacancy_twice():
    first, second = opening("A"), opening("B")
    assert referred([someone(tried={first.id})], [first, second]) == {1: "B"}
    assert referred([someone(tried={first.id, second.id})], [first, second]) == {}


def test_openings_that_are_taken_or_held_are_not_given_again():
    assert referred([someone(n) for n in (1, 2, 3)], [opening(openings=3, hired=1, referred=1)]) == {1: "A"}


def test_a_closed_or_filled_vacancy_takes_nobody():
    assert referred([someone()], [opening(state="closed"), opening("B", state="filled", hired=1)]) == {}


def test_who_fits_nothing_does_not_hold_up_the_queue():
    assert referred([someone(1, wishes=["welding"]), someone(2)], [opening()]) == {2: "A"}


def test_openings_are_released_to_the_vacancy_posted_first_and_the_rest_is_held_back():
    first, second = opening("A", openings=3), opening("B", openings=3, posted_on=date(2021, 3, 2))
    released = release([second, first], 4)
    assert [(vacancy.code, vacancy.room) for vacancy in released] == [("A", 3), ("B", 1)]
    assert (first.calling, second.calling, second.room) == (False, True, 3)


HONG_KONG = {"code": "HONG KONG", "country": "HK", "region": None}


@pytest.mark.parametrize(
    ("birth_year", "card_until", "fits"),
    [
        (2003, date(2023, 2, 3), True),
        (2004, date(2023, 2, 3), False),  # turns 18 this year
        (2007, date(2023, 2, 3), False),
        (None, date(2023, 2, 3), False),
        (1990, None, False),
        (1990, TODAY, True),
        (1990, date(2022, 5, 31), False),
    ],
)
def test_abroad_only_those_fit_who_are_certainly_18_and_have_a_card_that_is_good(birth_year, card_until, fits):
    worker = someone(reach="abroad", birth_year=birth_year, card_until=card_until)
    assert referred([worker], [opening(**HONG_KONG)]) == ({1: "HONG KONG"} if fits else {})
    assert referred([worker], [opening("BEKASI", region=BEKASI)]) == {1: "BEKASI"}, "in Indonesia it is no matter"


def test_the_card_of_another_id_counts():
    worker = someone(reach="abroad", card_until=None, also_card_until=TODAY)
    assert referred([worker], [opening(**HONG_KONG)]) == {1: "HONG KONG"}


@pytest.mark.parametrize("place", [{}, HONG_KONG])
def test_a_vacancy_that_asks_for_a_certificate_takes_only_who_is_certified_in_its_vocation(place):
    asks = opening(**place, certificate=True)
    going = {"reach": "abroad"}
    assert referred([someone(1, **going), someone(2, wishes=[], **going)], [asks]) == {}
    assert referred([someone(certified=["welding"], **going)], [asks]) == {}
    assert referred([someone(wishes=["barista"], certified=["sewing"], **going)], [asks]) == {1: asks.code}
    assert referred([someone(also_certified=["sewing"], **going)], [asks]) == {1: asks.code}


@pytest.mark.parametrize(
    ("known", "day"),
    [
        ({"birth_year": 2007, "card_until": date(2026, 6, 1)}, date(2026, 1, 1)),
        ({"birth_year": 2007, "card_until": date(2025, 12, 31)}, None),  # the card runs out before
        ({"birth_year": 1990, "card_until": date(2023, 2, 3)}, date(2023, 2, 4)),
        ({"birth_year": 1990, "card_until": date(2022, 5, 31)}, None),
        ({"birth_year": 1990, "card_until": None}, None),
        ({"birth_year": None}, None),
        ({"reach": "national"}, None),
    ],
)
def test_the_day_is_known_from_which_on_a_worker_may_go_abroad_or_no_longer(known, day):
    assert changes_on(someone(**{"reach": "abroad"} | known), TODAY) == day
