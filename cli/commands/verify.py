"""`pulih verify`: does it balance, over the live stores?"""

import asyncio
import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.auditing.audit import audit
from cli.auditing.findings import Balance
from cli.client import find
from cli.console import paper
from cli.errors import Failed
from cli.options import data_option, urls_option
from shared.topology import SERVICES

NAMED = 10
"""So many ids are printed for each finding; `--json` gives all."""


@click.command(
    short_help="Check that no worker and no event fell between two offices.",
    epilog="""\b
    Example:
      pulih verify
      pulih verify --json --wait 120 | jq '.checks[] | select(.holds | not)'
    """,
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every id.")
@click.option("--wait", type=click.FloatRange(0), default=30, show_default=True, help="Seconds for things to settle.")
@urls_option
@data_option
def verify(*, as_json: bool, wait: float, urls: dict[str, str], folder: Path) -> None:
    """Check that no worker fell between two offices, and no event was lost; exit code 1 names what does not balance."""
    offices = find(folder, SERVICES, urls, as_operator=True)
    balance = asyncio.run(audit(offices, patience=wait))
    if as_json:
        click.echo(json.dumps(balance.as_json(), indent=2))
    else:
        show(balance, paper())
    if not balance.holds:
        names = [check.name for check in balance.checks if not check.holds]
        raise Failed(f"It does not balance. What does not hold: {'; '.join(names)}.")


def show(balance: Balance, console: Console) -> None:
    """Print the checks as a table, and under it what was found, with the first ids of each."""
    table = Table("check", "over", "", box=None, header_style="bold")
    for check in balance.checks:
        table.add_row(
            check.name, check.over, Text("holds", "green") if check.holds else Text("does not hold", "bold red")
        )
    console.print(table)
    for finding in (finding for check in balance.checks for finding in check.findings):
        console.print(f"\n{finding.sentence}", style="bold")
        for id in finding.ids[:NAMED]:
            console.print(f"  {id}")
        if len(finding.ids) > NAMED:
            console.print(f"  … and {len(finding.ids) - NAMED:,} more (--json names all)")
