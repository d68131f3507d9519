import pytest

from scenarios import measures
from scenarios.loading import load
from scenarios.outcome import FigureResult, first_that_fails, outcome
from tests.unit.scenarios.programme import written

FIGURES = {
    "registration": {"cards": 3725},
    "training": {"graduated": 912, "in-training": 48, "graduated.vocation.food processing": 112},
    "placement": {},
    "notification": {},
}


def line(expected, actual, *, at_least=False):
    return FigureResult("Cards", "registration.cards", expected, actual, "somebody", at_least=at_least)


def test_equal_is_equal():
    assert line(3725, 3725).holds
    assert not line(3725, 3724).holds
    assert not line(3725, 3726).holds


def test_at_least_is_no_less():
    assert line(560, 560, at_least=True).holds
    assert line(560, 576, at_least=True).holds
    assert not line(560, 559, at_least=True).holds


def test_the_first_that_fails_is_named():
    lines = [line(1, 1), line(3725, 3724), line(2, 3)]

    assert first_that_fails(lines) == "Cards (registration.cards): expected 3,725, got 3,724"
    assert first_that_fails(lines[:1]) is None


def test_measures_are_added_up():
    assert measures.read("training.graduated + training.in-training", FIGURES) == 960


def test_a_figure_that_nobody_counted_is_nought():
    assert measures.read("placement.placed.route.AKL", FIGURES) == 0


def test_a_vocation_of_two_words_is_read():
    assert measures.read("training.graduated.vocation.food processing", FIGURES) == 112


@pytest.mark.parametrize(
    "known",
    [
        "registration.reported.laid-off",
        "training.courses.venue.mobile-unit",
        "training.courses.days.3",
        "training.seats.vocation.welding",
        "training.graduated.provider.blk",
        "placement.placed.region.32.16",
        "placement.placed.country.HK",
        "notification.messages.agency.blk",
    ],
)
def test_figures_of_the_services_are_known(known):
    assert measures.is_known(known, vocations={"welding"}, agencies={"blk"})


@pytest.mark.parametrize(
    "unknown",
    [
        "training.gradutated",
        "training.graduated.provider.someone",
        "training.seats.vocation.sewing",
        "placement.placed.country.Singapore",
        "graduated",
        "training",
        "",
    ],
)
def test_other_words_are_not(unknown):
    assert not measures.is_known(unknown, vocations={"welding"}, agencies={"blk"})


def test_every_line_carries_its_source(tmp_path):
    (only,) = outcome(load(written(tmp_path)), FIGURES)

    assert only.as_json() == {
        "name": "Graduated",
        "measure": "training.graduated",
        "expected": 8,
        "at_least": False,
        "actual": 912,
        "holds": False,
        "source": "Dinas Contoh, 1 Mar 2022: eight",
        "assumed": False,
    }


def test_what_is_assumed_says_so(tmp_path):
    change = ("    source: office\n    says: eight\n", "    assumed: nobody counted them\n")
    (only,) = outcome(load(written(tmp_path, change)), FIGURES)

    assert (only.source, only.assumed) == ("assumed: nobody counted them", True)
