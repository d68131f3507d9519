"""Plays a scenario on a stack of its own: starts it in a folder, plays, judges and stops it."""

import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import monotonic

from rich.console import Console

from cli.client import Services
from cli.errors import UsageFault
from cli.playing.funnel import Funnel
from cli.playing.programme import Played, Run, play_on
from deploy.embedded.faults import StackFailed
from deploy.embedded.plan import PRACTICE
from deploy.embedded.stack import Stack
from scenarios.model import Scenario

NOTE = "scenario.sha256"
"""The file in a folder that holds the digest of its scenario."""


async def perform(scenario: Scenario, folder: Path, console: Console, then: Callable[[Played], Awaitable[None]]) -> Run:
    """Start a stack in a folder, play the scenario on it, judge, do `then`, and stop the stack.

    In a folder where the same scenario was cut off, it continues. Raises `UsageFault` where the folder cannot be used.
    """
    began = monotonic()
    _claim(folder, scenario)
    try:
        with Funnel(console, f"{scenario.name}: {scenario.title}") as funnel:
            async with Stack(folder, ports="free", extra_env=PRACTICE) as stack:
                services = Services(stack.urls, stack.operator_key)
                played = await play_on(services, scenario, funnel, began=began, folder=stack.folder)
                funnel.close()
                await then(played)
    except StackFailed as failed:
        return Run(scenario, monotonic() - began, trouble=f"the stack did not start: {failed}")
    return played.run


def _claim(folder: Path, scenario: Scenario) -> None:
    """Note in a folder which scenario is played in it. Raises `UsageFault` where it holds another or something else."""
    digest = hashlib.sha256(scenario.model_dump_json().encode()).hexdigest()
    note = folder / NOTE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not note.exists():
            if any(folder.iterdir()):
                raise UsageFault(f"{folder} holds something else: a scenario needs a folder of its own.")
            note.write_text(digest)
        elif note.read_text() != digest:
            raise UsageFault(
                f"{folder} holds another scenario (or an earlier wording of this one): choose a fresh folder."
            )
    except OSError as fault:
        raise UsageFault(f"{folder} cannot be used: {fault.strerror}.") from None
