"""`pulih demo`: plays a labour programme from layoff to placement, and compares every figure with its source's."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from cli.client import OPERATOR_KEY
from cli.console import make_console
from cli.errors import Failed, UsageFault
from cli.extras import extra_of, what_to_install
from cli.options import urls_option
from cli.playing import report
from cli.playing.against import perform_all_against, stack_at
from cli.playing.programme import Played, Run
from cli.stop_signals import STOP, TERMINAL_CLOSED, on_signals
from scenarios import loading
from scenarios.mistakes import Mistake
from scenarios.model import Scenario

ALL = "all"
FIRST = "purworejo-2021"


@click.command(
    short_help="Play a labour programme, and compare every figure.",
    epilog="""\b
    Example:
      pulih demo
      pulih demo --scenario all --json
      pulih demo --scenario my-regency.yaml --keep
      pulih demo --against http://127.0.0.1:8701 --key $PULIH_OPERATOR_KEY
    """,
)
@click.option(
    "--scenario",
    "wanted",
    default=FIRST,
    show_default=True,
    metavar="NAME|FILE|all",
    help="What to play; `all` plays those that come with Pulih.",
)
@click.option("--json", "as_json", is_flag=True, help="Print only JSON on standard output.")
@click.option("--keep", is_flag=True, help="Leave it running until Ctrl-C, with addresses and a key to try.")
@click.option(
    "--data",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder to play in, which stays; a scenario that was cut off continues in it.  [default: one that is removed]",
)
@click.option(
    "--against",
    metavar="URL",
    help="Play on a running stack: registration's address. The others are at the same host, with ports 10, 20 and 30 "
    "higher (as in docker-compose.yml); or, where the host is named `registration`, at hosts with their names.",
)
@click.option("--key", envvar=OPERATOR_KEY, show_envvar=True, help="An operator's key, for --against.")
@click.option(
    "--new-keys",
    is_flag=True,
    help="With --against: give new keys to agencies that are there already, as after a scenario was cut off there.",
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

    Exits 0 only when every figure is as its source has it and the services agree (`pulih verify`).

    With --against it plays on a stack that runs already, over HTTP alone, and its data stays there. Each figure is
    then what the scenario added. It expects that nobody else waits or offers anything in its regions: a stranger on
    the waiting list would be given one of its seats.
    """
    if keep and wanted == ALL:
        raise UsageFault("--keep leaves one stack running: choose one scenario.")
    if against and (keep or folder):
        raise UsageFault("--keep and --data are for a stack of its own, not for --against.")
    scenarios = [_load(name) for name in (loading.names() if wanted == ALL else [wanted])]
    console = Console(stderr=True, markup=False, emoji=False, highlight=False) if as_json else make_console()
    if against:
        playing = perform_all_against(stack_at(against, urls, key), scenarios, console, new_keys=new_keys)
    else:
        playing = _perform_all(scenarios, folder, console, as_json=as_json, keep=keep)
    try:
        runs = asyncio.run(_until_stopped(playing))
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
        from cli.playing.own_stack import perform  # noqa: PLC0415  it needs the extra `embedded`
    except ModuleNotFoundError as missing:
        if not extra_of(missing):
            raise
        install = what_to_install("A stack of its own", missing)
        raise UsageFault(f"{install} Or play on a running stack, by --against URL --key KEY.") from None

    async def show(played: Played) -> None:
        report.print_run(played.run, console)
        if keep:
            if as_json:
                _print_json(played.run)
            report.print_addresses(played, console)
            await _stop_signal()
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


async def _until_stopped(performing: Coroutine[Any, Any, list[Run]]) -> list[Run]:
    """Perform to the end. Raises `CancelledError` after Ctrl-C, SIGTERM or a closed terminal, which stop the stack in order."""
    task = asyncio.create_task(performing)
    on_signals(task.cancel, *STOP, TERMINAL_CLOSED)
    return await task


async def _stop_signal() -> None:
    """Wait for Ctrl-C, SIGTERM or a closed terminal."""
    stop = asyncio.Event()
    on_signals(stop.set, *STOP, TERMINAL_CLOSED)
    await stop.wait()
