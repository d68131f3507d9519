"""`pulih demo`: takes a programme's workers from layoff to placement, and shows that every figure comes out."""

import asyncio
import json
import shutil
import signal
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from cli.client import OPERATOR_KEY
from cli.console import paper
from cli.errors import Failed, UsageFault
from cli.options import urls_option
from cli.playing import report
from cli.playing.against import perform_all_against, stack_at
from cli.playing.programme import Played, Run
from scenarios import loading
from scenarios.model import Scenario
from scenarios.page import Mistake

ALL = "all"
FIRST = "purworejo-2021"


@click.command(
    epilog="""\b
    Example:
      pulih demo
      pulih demo --scenario all --json
      pulih demo --scenario my-regency.yaml --keep
      pulih demo --against http://127.0.0.1:8701 --key $PULIH_OPERATOR_KEY
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
@click.option(
    "--against",
    metavar="URL",
    help="Play on a stack that runs: registration's address. The others are at the same host, with ports 10, 20 and 30 "
    "higher (as in docker-compose.yml); or, where the host is named `registration`, at hosts named after them.",
)
@click.option("--key", envvar=OPERATOR_KEY, show_envvar=True, help="The operators' key, for --against.")
@click.option(
    "--new-keys",
    is_flag=True,
    help="With --against: give agencies that are there already new keys, as when a scenario was cut off there.",
)
@urls_option
def demo(
    *,
    wanted: str,
    as_json: bool,
    keep: bool,
    folder: Path | None,
    against: str | None,
    key: str | None,
    new_keys: bool,
    urls: dict[str, str],
) -> None:
    """Play a labour programme on a stack of its own, as its agencies, over HTTP, and compare every figure.

    Exit code 0 only when every figure is as its source has it and the books balance.

    With --against it is played on a stack that runs already, through HTTP alone, and stays there. Where people are in
    that stack already, a figure is what the scenario added. It expects that, in its regions, nobody else waits or
    offers anything: a stranger on the waiting list would be given one of its seats.
    """
    if keep and wanted == ALL:
        raise UsageFault("--keep leaves one stack running: choose one scenario.")
    if against and (keep or folder):
        raise UsageFault("--keep and --data are for a stack of its own, not for --against.")
    scenarios = [_load(name) for name in (loading.names() if wanted == ALL else [wanted])]
    console = Console(stderr=True, markup=False, emoji=False, highlight=False) if as_json else paper()
    if against:
        playing = perform_all_against(stack_at(against, urls, key), scenarios, console, new_keys=new_keys)
    else:
        playing = _perform_all(scenarios, folder, console, as_json=as_json, keep=keep)
    try:
        runs = asyncio.run(_until_told(playing))
    except asyncio.CancelledError:
        raise click.Abort from None
    if as_json and not keep:
        _print_json(runs if wanted == ALL else runs[0])
    for run in runs:
        if run.why_not:
            raise Failed(f"{run.scenario.name}: {run.why_not}.")


def _print_json(runs: Run | Sequence[Run]) -> None:
    content = runs.as_json() if isinstance(runs, Run) else [run.as_json() for run in runs]
    click.echo(json.dumps(content, indent=2, ensure_ascii=False))


def _load(name_or_file: str) -> Scenario:
    try:
        return loading.load(loading.find(name_or_file))
    except Mistake as mistake:
        *others, last = str(mistake).splitlines()
        for line in others:
            click.echo(line, err=True)
        raise UsageFault(last) from None


async def _perform_all(
    scenarios: Sequence[Scenario], folder: Path | None, console: Console, *, as_json: bool, keep: bool
) -> list[Run]:
    try:
        from cli.playing.own_stack import perform  # noqa: PLC0415  the image for containers has no embedded stack
    except ImportError:
        raise UsageFault(
            "No stack of its own can run here: play on one that runs, by --against URL --key KEY."
        ) from None

    async def show(played: Played) -> None:
        report.show(played.run, console)
        if keep:
            if as_json:
                _print_json(played.run)
            report.show_doors(played, console)
            await _told_to_stop()
        elif played.run.balance:
            console.print(report.NEXT)

    runs = []
    for scenario in scenarios:
        given = folder / scenario.name if folder and len(scenarios) > 1 else folder
        place = given or Path(tempfile.mkdtemp(prefix="pulih-demo-"))
        try:
            runs.append(await perform(scenario, place, console, show))
        finally:
            if given is None and not keep:
                shutil.rmtree(place, ignore_errors=True)
    return runs


async def _until_told(performing: Coroutine[Any, Any, list[Run]]) -> list[Run]:
    """Perform until Ctrl-C, SIGTERM or a closed terminal, which stop the stack in order. Raises `CancelledError` then."""
    task = asyncio.create_task(performing)
    _when_told_to_stop(task.cancel)
    return await task


async def _told_to_stop() -> None:
    """Wait for Ctrl-C or SIGTERM."""
    told = asyncio.Event()
    _when_told_to_stop(told.set)
    await told.wait()


def _when_told_to_stop(do: Callable[[], object]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, do)
