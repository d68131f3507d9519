"""One programme from start to end: a stack in a fresh folder, the scenario played on it, the figures and the balance."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from rich.console import Console

from cli.answers import Misled
from cli.audit import audit
from cli.findings import Balance
from cli.funnel import Funnel
from cli.offices import Offices
from deploy.embedded.faults import StackFailed
from deploy.embedded.stack import Stack
from scenarios.doors import Doors, PlayFailed
from scenarios.model import Scenario
from scenarios.outcome import Line, first_that_fails, outcome
from scenarios.player import play
from scenarios.stage import Stage
from scenarios.watching import Watch

PATIENCE = 120.0
"""Seconds without an answer or without any progress, after which a scenario is given up."""
NOTE = "scenario.sha256"
"""What a folder says of the scenario that is played in it."""


@dataclass(frozen=True)
class Run:
    """What came of one scenario. `trouble` says why it could not be played to its end."""

    scenario: Scenario
    seconds: float
    events: int = 0
    lines: list[Line] = field(default_factory=list)
    balance: Balance | None = None
    trouble: str | None = None

    @property
    def why_not(self) -> str | None:
        """Name the first thing that is not as it must be."""
        if self.trouble or self.balance is None:
            return self.trouble
        unbalanced = next((check.name for check in self.balance.checks if not check.holds), None)
        return first_that_fails(self.lines) or (
            f"it does not balance: not so that {unbalanced}" if unbalanced else None
        )

    def as_json(self) -> dict[str, Any]:
        """Give it for programs."""
        return {
            "scenario": self.scenario.name,
            "title": self.scenario.title,
            "holds": self.why_not is None,
            "why_not": self.why_not,
            "seconds": round(self.seconds, 1),
            "events": self.events,
            "figures": [line.as_json() for line in self.lines],
            **({"balance": self.balance.as_json()} if self.balance else {}),
        }


@dataclass(frozen=True)
class Played:
    """A scenario that was played, and the stack that it was played on, which still runs."""

    run: Run
    stack: Stack
    stage: Stage | None


async def perform(scenario: Scenario, folder: Path, console: Console, then: Callable[[Played], Awaitable[None]]) -> Run:
    """Start a stack in a folder, play the scenario on it, judge, do what is to be done `then`, and stop the stack.

    A folder in which the same scenario was cut off is taken up again. Raises `Misled` where the folder will not do.
    """
    began = monotonic()
    _claim(folder, scenario)
    try:
        with Funnel(console, f"{scenario.name}: {scenario.title}") as funnel:
            async with Stack(folder, ports="free") as stack:
                played = await _play(scenario, stack, funnel, began)
                funnel.close()
                await then(played)
    except StackFailed as failed:
        return Run(scenario, monotonic() - began, trouble=f"the stack did not start: {failed}")
    return played.run


async def _play(scenario: Scenario, stack: Stack, funnel: Funnel, began: float) -> Played:
    async with Doors(stack.urls, stack.operator_key, patience=PATIENCE) as doors:
        watch = Watch(doors)
        following = asyncio.create_task(funnel.follow(watch))
        try:
            stage = await play(scenario, doors, funnel.told)
            look = await watch.look()
        except PlayFailed as failed:
            return Played(Run(scenario, monotonic() - began, trouble=str(failed)), stack, None)
        finally:
            following.cancel()
        funnel.told("the books are audited")
        balance = await audit(Offices(stack.urls, stack.operator_key))
    lines = outcome(scenario, look.figures)
    return Played(Run(scenario, monotonic() - began, look.events, lines, balance), stack, stage)


def _claim(folder: Path, scenario: Scenario) -> None:
    """Note in a folder which scenario is played in it. Raises `Misled` where it was another."""
    digest = hashlib.sha256(scenario.model_dump_json().encode()).hexdigest()
    note = folder / NOTE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not note.exists():
            if any(folder.iterdir()):
                raise Misled(f"{folder} holds something else: a scenario needs a folder of its own.")
            note.write_text(digest)
        elif note.read_text() != digest:
            raise Misled(f"{folder} holds another scenario (or an earlier wording of this one): choose a fresh folder.")
    except OSError as fault:
        raise Misled(f"{folder} cannot be used: {fault.strerror}.") from None
