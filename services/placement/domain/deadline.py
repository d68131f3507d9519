"""The last day on which an agency can answer a referral."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True)
class Deadline:
    """How many days an agency has for its answer. Tests say which day is `today`."""

    days: int = 7
    today: Callable[[], date] = _today

    def respond_by(self) -> date:
        """Give the last day for an answer to a referral of today."""
        return self.today() + timedelta(days=self.days)
