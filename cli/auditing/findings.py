"""What an audit finds: checks, each of which holds or says what does not."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One thing that does not balance, and the ids that it concerns."""

    sentence: str
    ids: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Check:
    """One check: its name, how much it looked at, and what it found."""

    name: str
    over: str
    findings: list[Finding]

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


@dataclass(frozen=True)
class Balance:
    """All checks."""

    checks: list[Check]

    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """Give it as JSON, with every id."""
        return {"balanced": self.holds, "checks": [{"holds": check.holds, **asdict(check)} for check in self.checks]}
