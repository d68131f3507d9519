"""The terms of referrals: how long an agency has for its answer, and how much an employer may offer without approval."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from shared import clock


@dataclass(frozen=True)
class Terms:
    """An agency has so many `days` for its answer. Tests say which day is `today`."""

    days: int = 7
    objection_days: int = 3
    """Days that a worker has, who was told of a hire, to deny it."""
    most_unapproved: int = 50
    """Unfilled openings that an employer offers without an office's approval, over all its vacancies."""
    today: Callable[[], date] = clock.today

    def told_by(self) -> date:
        """Give the day on which a worker was told, at the latest, whose silence confirms a hire today."""
        return self.today() - timedelta(days=self.objection_days)

    def respond_by(self) -> date:
        """Give the last day for an answer to a referral of today."""
        return self.today() + timedelta(days=self.days)
