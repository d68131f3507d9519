"""Plays one scenario on a running stack: every figure beside its source's, and the audit of the four services."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from cli.auditing.audit import audit
from cli.auditing.findings import Balance
from cli.client import Services
from cli.playing.funnel import Funnel
from scenarios.agency_clients import AgencyClients, PlayFailed
from scenarios.model import Scenario
from scenarios.outcome import FigureResult, first_that_fails, outcome
from scenarios.play_state import PlayState
from scenarios.player import play
from scenarios.watching import Watch

PATIENCE = 120.0
"""Seconds without an answer or without progress, after which a scenario is given up."""


@dataclass(frozen=True)
class Run:
    """The outcome of one scenario. `trouble` says why it could not be played to its end."""

    scenario: Scenario
    seconds: float
    events: int = 0
    results: list[FigureResult] = field(default_factory=list)
    balance: Balance | None = None
    trouble: str | None = None

    @property
    def why_not(self) -> str | None:
        """Name the first thing that is not as it must be, if anything."""
        if self.trouble or self.balance is None:
            return self.trouble
        unbalanced = next((check.name for check in self.balance.checks if not check.holds), None)
        return first_that_fails(self.results) or (
            f"it does not balance, by the check: {unbalanced}" if unbalanced else None
        )

    def as_json(self) -> dict[str, Any]:
        """Give it as JSON."""
        return {
            "scenario": self.scenario.name,
            "title": self.scenario.title,
            "holds": self.why_not is None,
            "why_not": self.why_not,
            "seconds": round(self.seconds, 1),
            "events": self.events,
            "figures": [result.as_json() for result in self.results],
            **({"balance": self.balance.as_json()} if self.balance else {}),
        }


@dataclass(frozen=True)
class Played:
    """A scenario that was played, and its stack, which still runs. `folder` is the stack's, if we started it."""

    run: Run
    services: Services
    state: PlayState | None
    folder: Path | None = None


async def play_on(
    services: Services,
    scenario: Scenario,
    funnel: Funnel,
    *,
    began: float,
    folder: Path | None = None,
) -> Played:
    """Play a scenario on a running stack, and judge what it added to the figures."""
    async with AgencyClients(services.urls, services.operator_key, patience=PATIENCE) as clients:
        watch = Watch(clients)
        following = asyncio.create_task(funnel.follow(watch))
        try:
            state = await play(scenario, clients, funnel.note)
        except PlayFailed as failed:
            return Played(Run(scenario, monotonic() - began, trouble=str(failed)), services, None, folder)
        finally:
            following.cancel()
        funnel.note("the services are audited")
        balance = await audit(services)
    results = [*state.results, *outcome(scenario, state.added)]
    return Played(Run(scenario, monotonic() - began, state.now.events, results, balance), services, state, folder)
