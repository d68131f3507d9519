"""What must come out beside what did: each figure, who says so, and whether it is so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenarios import measures
from scenarios.model import Scenario


@dataclass(frozen=True)
class Line:
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
        """Whether it came out: equal, or no less where the source says `more than` or only names it."""
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


def outcome(scenario: Scenario, figures: Mapping[str, Mapping[str, int]]) -> list[Line]:
    """Compare every figure of a scenario with the services' figures, by service and name."""
    return [
        Line(
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


def first_that_fails(lines: list[Line]) -> str | None:
    """Name the first figure that did not come out."""
    for line in lines:
        if not line.holds:
            wanted = f"at least {line.expected:,}" if line.at_least else f"{line.expected:,}"
            return f"{line.name} ({line.measure}): expected {wanted}, got {line.actual:,}"
    return None
