"""`pulih verify`: checks over the live services that no worker and no event is lost."""

import asyncio
import json
from pathlib import Path

import click

from cli.auditing.audit import audit
from cli.auditing.printing import print_balance
from cli.client import find
from cli.console import make_console
from cli.errors import Failed
from cli.options import data_option, urls_option
from shared.topology import SERVICES


@click.command(
    short_help="Check that no worker and no event fell between two services.",
    epilog="""\b
    Example:
      pulih verify
      pulih verify --json --wait 120 | jq '.checks[] | select(.holds | not)'
    """,
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every id.")
@click.option(
    "--wait", type=click.FloatRange(0), default=30, show_default=True, help="Seconds to wait until nothing moves."
)
@urls_option
@data_option
def verify(*, as_json: bool, wait: float, urls: dict[str, str], folder: Path) -> None:
    """Check that no worker fell between two services and no event was lost; exits 1 and names what does not balance."""
    services = find(folder, SERVICES, urls, as_operator=True)
    balance = asyncio.run(audit(services, patience=wait))
    if as_json:
        click.echo(json.dumps(balance.as_json(), indent=2))
    else:
        print_balance(balance, make_console())
    if not balance.holds:
        names = [check.name for check in balance.checks if not check.holds]
        raise Failed(f"It does not balance. What does not hold: {'; '.join(names)}.")
