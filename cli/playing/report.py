"""What `pulih demo` prints in the end: each figure beside its source's, the balance, and what to try next."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.auditing.printing import print_balance
from cli.playing.programme import Played, Run
from scenarios.outcome import FigureResult

NEXT = """
Where to look next:
  pulih demo --keep             leaves it running, with addresses and a key to try
  scenarios/README.md           how to write a programme of your own
  ARCHITECTURE.md               the way of one worker through the four services"""


def print_run(run: Run, console: Console) -> None:
    """Print the figures and the balance; nothing where the scenario was not played to its end."""
    if run.balance is None:
        return
    table = Table(title=f"\n{run.scenario.name}", title_justify="left", box=None, header_style="bold")
    table.add_column("figure")
    table.add_column("source's", justify="right")
    table.add_column("ours", justify="right")
    table.add_column("")
    table.add_column("source", style="dim", overflow="fold")
    for one in run.results:
        table.add_row(one.name, _wanted(one), f"{one.actual:,}", _verdict(one), one.source)
    console.print(table)
    console.print()
    print_balance(run.balance, console)
    console.print(f"\n{run.seconds:.1f} s, {run.events:,} events.")


def print_addresses(played: Played, console: Console) -> None:
    """Print the addresses of the stack, which still runs, and a key to try."""
    folder, urls, state = played.folder, played.services.urls, played.state
    console.print(f"\nIt runs in {folder} until Ctrl-C.")
    for service, url in urls.items():
        console.print(f"  {service:<14} {url}")
    if state is None:
        return
    slug, key = next(iter(state.clients.keys.items()))
    worker = next(iter(state.workers.values()))[0]
    console.print(f"  {slug}'s key: {key}\n\nTry, in another terminal:", soft_wrap=True)
    for line in (
        f"pulih journey {worker} --data {folder}",
        f"pulih verify --data {folder}",
        f"curl -H 'Authorization: Bearer {key}' '{urls['notification']}/messages?limit=3'",
    ):
        console.print(f"  {line}", soft_wrap=True)


def _wanted(result: FigureResult) -> str:
    return f"{'≥ ' if result.at_least else ''}{result.expected:,}"


def _verdict(result: FigureResult) -> Text:
    if not result.holds:
        return Text("NOT EQUAL", "bold red")
    return Text("at least" if result.at_least else "equal", "green")
