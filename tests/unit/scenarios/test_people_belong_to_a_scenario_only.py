from datetime import date

import pytest

from scenarios.loading import find, load, names
from scenarios.people import NO_DISTRICT, nik_before_serial, people_of
from services.registration.identity.nik import birth_dates, doubts, regency_code


@pytest.fixture(scope="module", params=names())
def scenario(request):
    return load(find(request.param))


@pytest.fixture(scope="module")
def people(scenario):
    return everybody(scenario)


def everybody(scenario):
    """Everybody once: not again those who are reported once more."""
    groups = people_of(scenario).items()
    return [person for name, group in groups if not scenario.workers[name].same_as for person in group]


def test_the_same_seed_makes_the_same_people(scenario, people):
    assert everybody(scenario) == people


def test_another_seed_makes_others(scenario, people):
    assert everybody(scenario.model_copy(update={"seed": scenario.seed + 1})) != people


def test_these_people_are_made_on_every_python():
    first = people_of(load(find("purworejo-2021")))["applicants-with-card"][0]

    assert (first.nik, first.name, first.birth_date) == ("3306000108660001", "Agus Suryana", date(1966, 8, 1))


def test_every_nik_is_sixteen_digits_and_its_own(people):
    assert all(len(person.nik) == 16 and person.nik.isdigit() for person in people)
    assert len({person.nik for person in people}) == len(people)


def test_every_nik_has_a_district_that_does_not_exist(people):
    assert {person.nik[4:6] for person in people} == {NO_DISTRICT} == {"00"}


def test_every_nik_tells_its_place_and_birth_date(people):
    for person in people:
        assert regency_code(person.nik) == person.region
        assert person.birth_date in birth_dates(person.nik)
        assert doubts(person.nik, person.birth_date, person.sex) == []
        assert (int(person.nik[6:8]) > 40) == (person.sex == "female")


def test_a_womans_day_is_forty_more():
    assert nik_before_serial("33.06", date(1990, 2, 3), is_woman=True) == "330600430290"
    assert nik_before_serial("33.06", date(1990, 2, 3), is_woman=False) == "330600030290"


def test_everyone_is_of_working_age(scenario, people):
    first = min(group.reported.first for group in scenario.workers.values())

    assert all(18 <= (first - person.birth_date).days / 365.25 < 56 for person in people)


def test_nobody_can_be_written_to(people):
    assert all(person.email.endswith("@example.invalid") for person in people)
    assert len({person.email for person in people}) == len(people)
