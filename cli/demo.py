"""`pulih demo`: takes a programme's workers from layoff to placement, and shows that every figure comes out."""

import asyncio
import json
import shutil
import signal
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.answers import Misled, Unwilling
from cli.paper import paper
from cli.programme import Played, Run, perform
from cli.verify import show
from scenarios import loading
from scenarios.model import Scenario
from scenarios.outcome import Line
from scenarios.page import Mistake

ALL = "all"
FIRST = "purworejo-2021"


@click.command(
    epilog="""\b
    Example:
      pulih demo
      pulih demo --scenario all --json
      pulih demo --scenario my-regency.yaml --keep
    """
)
@click.option(
    "--scenario",
    "wanted",
    default=FIRST,
    show_default=True,
    metavar="NAME|FILE|all",
    help="What to play; `all` plays five.",
)
@click.option("--json", "as_json", is_flag=True, help="Print only JSON on standard output.")
@click.option("--keep", is_flag=True, help="Leave it running until Ctrl-C, with addresses and a key to try.")
@click.option(
    "--data",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder to play in, which stays; cut off, the same scenario goes on in it.  [default: one that is removed]",
)
def demo(wanted: str, as_json: bool, keep: bool, folder: Path | None) -> None:  # noqa: FBT001  click's flags
    """Play a labour programme on a stack of its own, as its agencies, over HTTP, and compare every figure.

    Exit code 0 only when every figure is as its source has it and the books balance.
    """
    if keep and wanted == ALL:
        raise Misled("--keep leaves one stack running: choose one scenario.")
    scenarios = [_load(name) for name in (loading.names() if wanted == ALL else [wanted])]
    console = Console(stderr=True, markup=False, emoji=False, highlight=False) if as_json else paper()
    runs = asyncio.run(_perform_all(scenarios, folder, console, as_json=as_json, keep=keep))
    if as_json and wanted == ALL:
        click.echo(json.dumps([run.as_json() for run in runs], indent=2))
    for run in runs:
        if run.why_not:
            raise Unwilling(f"{run.scenario.name}: {run.why_not}.")


def _load(name_or_file: str) -> Scenario:
    try:
        return loading.load(loading.find(name_or_file))
    except Mistake as mistake:
        *others, last = str(mistake).splitlines()
        for line in others:
            click.echo(line, err=True)
        raise Misled(last) from None


async def _perform_all(
    scenarios: Sequence[Scenario], folder: Path | None, console: Console, *, as_json: bool, keep: bool
) -> list[Run]:
    _end_on_sigterm()

    async def show_and_hold(played: Played) -> None:
        if as_json and len(scenarios) == 1:
            click.echo(json.dumps(played.run.as_json(), indent=2))
        _show(played, console)
        if keep:
            _where_to_look(played, console)
            await asyncio.Event().wait()

    runs = []
    for scenario in scenarios:
        place = folder / scenario.name if folder and len(scenarios) > 1 else folder
        own = place or Path(tempfile.mkdtemp(prefix="pulih-demo-"))
        try:
            runs.append(await perform(scenario, own, console, show_and_hold))
        finally:
            if place is None and not keep:
                shutil.rmtree(own, ignore_errors=True)
    return runs


def _end_on_sigterm() -> None:
    """End as by Ctrl-C: the stack is stopped in order."""
    task = asyncio.current_task()
    if task:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


def _show(played: Played, console: Console) -> None:
    run = played.run
    if run.trouble is not None or run.balance is None:
        return
    table = Table(title=f"\n{run.scenario.name}", title_justify="left", box=None, header_style="bold")
    table.add_column("figure")
    table.add_column("source's", justify="right")
    table.add_column("ours", justify="right")
    table.add_column("")
    table.add_column("source", style="dim", overflow="fold")
    for line in run.lines:
        table.add_row(line.name, _wanted(line), f"{line.actual:,}", _verdict(line), line.source)
    console.print(table)
    console.print()
    show(run.balance, console)
    console.print(f"\n{run.seconds:.1f} s, {run.events:,} events.")


def _wanted(line: Line) -> str:
    return f"{'≥ ' if line.at_least else ''}{line.expected:,}"


def _verdict(line: Line) -> Text:
    if not line.holds:
        return Text("NOT EQUAL", "bold red")
    return Text("at least" if line.at_least else "equal", "green")


def _where_to_look(played: Played, console: Console) -> None:
    stack, stage = played.stack, played.stage
    console.print(f"\nIt runs in {stack.folder}.")
    for service, url in stack.urls.items():
        console.print(f"  {service:<14} {url}")
    if stage is not None:
        slug, key = next(iter(stage.doors.keys.items()))
        worker = next(iter(stage.workers.values()))[0]
        console.print(f"  {slug}'s key  {key}")
        console.print("\nTry:")
        console.print(f"  pulih journey {worker} --data {stack.folder}")
        console.print(f"  curl -H 'Authorization: Bearer {key}' '{stack.urls['notification']}/messages?limit=3'")
    console.print("\nCtrl-C stops it.")
