import pytest

from cli.auditing.findings import Balance, Check, Finding
from cli.playing.programme import Run
from scenarios.loading import load
from scenarios.outcome import FigureResult
from tests.unit.scenarios.programme import written

BALANCED = Balance([Check("every worker is somewhere", "10 workers", [])])
UNBALANCED = Balance([Check("every worker is somewhere", "10 workers", [Finding("one is nowhere", ["a"])])])
EQUAL = FigureResult("Graduated", "training.graduated", 8, 8, "somebody")
UNEQUAL = FigureResult("Graduated", "training.graduated", 8, 7, "somebody")


@pytest.fixture
def scenario(tmp_path):
    return load(written(tmp_path))


def test_nothing_is_wrong_when_every_figure_is_equal_and_the_books_balance(scenario):
    run = Run(scenario, 1.0, 5, [EQUAL], BALANCED)

    assert run.why_not is None
    assert run.as_json()["holds"]


@pytest.mark.parametrize(
    ("run", "why"),
    [
        ({"results": [UNEQUAL], "balance": BALANCED}, "Graduated (training.graduated): expected 8, got 7"),
        ({"results": [EQUAL], "balance": UNBALANCED}, "it does not balance, by the check: every worker is somewhere"),
        ({"trouble": "training did not take /participants"}, "training did not take /participants"),
    ],
)
def test_the_first_thing_that_is_not_so_is_named(scenario, run, why):
    told = Run(scenario, 1.0, **run)

    assert told.why_not == why
    assert told.as_json()["holds"] is False
    assert told.as_json()["why_not"] == why
