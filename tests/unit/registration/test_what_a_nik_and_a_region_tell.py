from datetime import date

import pytest

from services.registration import cards
from services.registration.identity import nik
from services.registration.identity.regions import code_of, names


def test_all_514_regencies_and_cities_are_known():
    assert len(names()) == 514
    assert all(code_of(code) == code_of(name) == code for code, name in names().items())


@pytest.mark.parametrize(
    "typed", ["33.06", "3306", "Kabupaten Purworejo", "KAB. PURWOREJO", "kab purworejo", "Purworejo", " purworejo "]
)
def test_a_region_is_found_by_every_way_of_writing_it(typed: str):
    assert code_of(typed) == "33.06"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Kota Serang", "36.73"),
        ("Kabupaten Serang", "36.04"),
        ("Kota Jakarta Pusat", "31.71"),
        ("kota adm. jakarta pusat", "31.71"),
        ("Kotabaru", "63.02"),
        ("Kotawaringin Barat", "62.01"),
        ("Serang", None),
        ("99.99", None),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_a_name_that_means_two_places_or_none_means_none(typed: str, code: str | None):
    assert code_of(typed) == code


def test_a_womans_day_is_forty_more():
    assert date(1990, 6, 5) in nik.birth_dates("3306014506900001")
    assert nik.doubts("3306014506900001", date(1990, 6, 5), "female") == []


def test_a_year_of_two_digits_means_either_century():
    assert nik.doubts("3306010101050001", date(2005, 1, 1), None) == []
    assert nik.doubts("3306010101050001", date(1905, 1, 1), None) == []


@pytest.mark.parametrize(
    ("digits", "today", "born"),
    [
        ("010107", date(2026, 1, 1), date(2007, 1, 1)),
        ("010190", date(2026, 1, 1), date(1990, 1, 1)),
        ("020116", date(2026, 1, 1), date(1916, 1, 2)),  # nine years old, or a hundred and nine
        ("010116", date(2026, 1, 1), date(2016, 1, 1)),  # ten today
        ("311215", date(2026, 1, 1), date(2015, 12, 31)),
        ("290200", date(2026, 1, 1), date(2000, 2, 29)),
        ("290200", date(2009, 1, 1), None),  # 1900 had no such day, and nobody of eight is meant
        ("450690", date(2026, 1, 1), date(1990, 6, 5)),
        ("320190", date(2026, 1, 1), None),
    ],
)
def test_a_year_of_two_digits_means_an_age_from_10_to_109(digits: str, today: date, born: date | None):
    assert nik.birth_date_in(f"330601{digits}0001", today) == born


def test_the_sex_is_told_by_the_day():
    assert nik.sex_in("3306014506900001") == "female"
    assert nik.sex_in("3306010506900001") == "male"
    assert nik.sex_in("3306017201900001") is None, "no such day"


@pytest.mark.parametrize("digits", ["320190", "310290", "001390", "720190", "000000", "290290"])
def test_an_impossible_birth_date_is_doubted_and_never_refused(digits: str):
    assert nik.doubts(f"330601{digits}0001", None, None) == [nik.NO_SUCH_DATE]


def test_another_birth_date_is_doubted():
    assert nik.doubts("3306010101900001", date(1990, 1, 2), None) == [nik.OTHER_DATE]


def test_the_29th_of_february_of_a_leap_year_exists():
    assert nik.doubts("3306012902000001", date(2000, 2, 29), "male") == []


def test_a_card_is_good_for_two_years():
    assert cards.good_until(date(2021, 9, 6)) == date(2023, 9, 6)


def test_a_card_of_a_leap_day_ends_on_the_28th():
    assert cards.good_until(date(2024, 2, 29)) == date(2026, 2, 28)


def test_a_card_number_names_place_year_and_running_number():
    assert cards.number("33.06", date(2021, 9, 6), 42) == "3306/2021/0000042"
    assert cards.number("somewhere", date(2021, 9, 6), 42) == "0000/2021/0000042"
