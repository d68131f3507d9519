from collections import Counter
from datetime import date

import msgspec
import pytest

from scenarios import events
from scenarios.field_types import Days
from scenarios.loading import find, load, names
from scenarios.offerings import courses_of, vacancies_of
from scenarios.people import people_of
from scenarios.shares import mix
from services.registration.posting.forms import FORMS
from services.registration.posting.mistakes import DataLocation
from shared.events import type_of
from tests.unit.scenarios.programme import written


def opening(name):
    scenario = load(find(name))
    return scenario, list(events.opening(scenario, people_of(scenario)))


@pytest.mark.parametrize("name", names())
def test_twice_the_same_events_under_the_same_ids(name):
    scenario, first = opening(name)
    _, second = opening(name)

    assert events.batch(scenario, first) == events.batch(scenario, second)


@pytest.mark.parametrize("name", names())
def test_every_id_is_used_once(name):
    _, made = opening(name)

    assert [id for id, n in Counter(event.id for event in made).items() if n > 1] == []


@pytest.mark.parametrize("name", names())
def test_the_desk_reads_all_of_it_and_the_role_may_say_it(name):
    scenario, made = opening(name)
    for event, sent in zip(made, msgspec.json.decode(events.batch(scenario, made)), strict=True):
        form = FORMS[sent["type"]]
        form.read(msgspec.json.encode(sent["data"]), DataLocation())
        assert sent["type"] == type_of(event.type)
        assert scenario.admitted[event.agency].role in form.roles


def test_who_comes_in_a_later_step_is_not_there_at_the_start():
    scenario, made = opening("serang-2020")

    assert {event.type.__name__ for event in made} == {"LayoffReported", "JobseekerApplied"}
    assert events.kept_back(scenario) == {
        ("courses", name) for name in ("bekasi", "lembang", "baros-koi", "baros-hydroponics")
    }


def test_shares_come_out_to_the_last_worker():
    assert Counter(mix({"sewing": 12, "garment making": 12, "digital printing": 11}, 560)) == {
        "sewing": 192,
        "garment making": 192,
        "digital printing": 176,
    }


def test_shares_are_evenly_mixed():
    assert mix({"sewing": 2, "welding": 1}, 6) == ["sewing", "welding", "sewing", "sewing", "welding", "sewing"]


def test_days_are_spread_evenly_and_in_order():
    days = Days(date(2021, 1, 4), date(2021, 1, 6))

    assert [days.spread(nth, 6).day for nth in range(6)] == [4, 4, 5, 5, 6, 6]


def test_providers_teach_in_turn_each_its_own_course():
    scenario = load(find("denpasar-2020"))

    assert [course.provider for course in courses_of(scenario, "first")][:3] == ["lpk-a-01", "lpk-a-02", "lpk-a-03"]
    assert len({course.provider for name in scenario.courses for course in courses_of(scenario, name)}) == 47


def test_a_course_lasts_as_many_days_as_it_says():
    scenario = load(find("purwakarta-2020"))

    assert {
        (course.ends_on - course.starts_on).days + 1
        for name in scenario.courses
        for course in courses_of(scenario, name)
    } == {3}


def test_there_is_one_vacancy_for_each_place():
    scenario = load(find("purworejo-2021"))

    assert [(vacancy.code, vacancy.openings) for vacancy in vacancies_of(scenario, "akad")] == [
        ("akad-34.04", 41),
        ("akad-64.71", 35),
        ("akad-61.71", 35),
        ("akad-32.16", 30),
    ]


def test_a_wish_lists_the_better_vocation_first(tmp_path):
    scenario = load(written(tmp_path, ("wishes: {welding: 1}", "wishes: Sewing > Welding")))
    (first, *_) = events.reports(scenario, "laid-off", people_of(scenario)["laid-off"])

    assert first.data["wishes"] == ["sewing", "welding"]
