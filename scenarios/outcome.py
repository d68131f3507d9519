"""The outcome of a scenario: each expected figure beside the one that came out, and who expects it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenarios import measures
from scenarios.corrections import Expect
from scenarios.model import Scenario


@dataclass(frozen=True)
class FigureResult:
    """One figure: what was expected, what came out, and where the expectation comes from."""

    name: str
    measure: str
    expected: int
    actual: int
    source: str
    at_least: bool = False
    assumed: bool = False

    @property
    def holds(self) -> bool:
        """Whether it came out: it is equal, or no less where the source says `more than` or gives no number."""
        return self.actual >= self.expected if self.at_least else self.actual == self.expected

    def as_json(self) -> dict[str, Any]:
        """Give it for programs."""
        return {
            "name": self.name,
            "measure": self.measure,
            "expected": self.expected,
            "at_least": self.at_least,
            "actual": self.actual,
            "holds": self.holds,
            "source": self.source,
            "assumed": self.assumed,
        }


def outcome(scenario: Scenario, figures: Mapping[str, Mapping[str, int]]) -> list[FigureResult]:
    """Compare every figure of a scenario with the services' figures, by service and name."""
    return [
        FigureResult(
            name=figure.name,
            measure=figure.measure,
            expected=figure.expected,
            actual=measures.read(figure.measure, figures),
            source=scenario.quote(figure),
            at_least=figure.at_least,
            assumed=figure.source is None,
        )
        for figure in scenario.figures
    ]


def expected_on_the_way(expect: Expect, figures: Mapping[str, Mapping[str, int]]) -> list[FigureResult]:
    """Compare the figures that a step expects with the services' figures."""
    return [
        FigureResult(
            name=f"{expect.when}: {measure}",
            measure=measure,
            expected=expected,
            actual=measures.read(measure, figures),
            source="assumed: it follows from what was said so far",
            assumed=True,
        )
        for measure, expected in expect.figures.items()
    ]


def since(
    before: Mapping[str, Mapping[str, int]], now: Mapping[str, Mapping[str, int]]
) -> Mapping[str, Mapping[str, int]]:
    """Give what was added to each figure."""
    return {
        service: {name: n - before.get(service, {}).get(name, 0) for name, n in figures.items()}
        for service, figures in now.items()
    }


def first_that_fails(results: list[FigureResult]) -> str | None:
    """Name the first figure that did not come out."""
    for result in results:
        if not result.holds:
            wanted = f"at least {result.expected:,}" if result.at_least else f"{result.expected:,}"
            return f"{result.name} ({result.measure}): expected {wanted}, got {result.actual:,}"
    return None
