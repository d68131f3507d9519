"""`pulih access WORKER`: who read of a worker, was refused, or asked as an operator."""

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from cli.client import Services, find
from cli.console import make_console
from cli.errors import Failed
from cli.options import data_option, urls_option
from shared.topology import SERVICES


@click.command(
    epilog="""\b
    Example:
      pulih access 0191f6b0-7d5c-7a10-8f00-000000000001
      pulih access 0191f6b0-7d5c-7a10-8f00-000000000001 --key "$KEY" --json
    """
)
@click.argument("worker", type=click.UUID)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--key", envvar="PULIH_KEY", show_envvar=True, help="The worker's office's key; an operator's otherwise.")
@urls_option
@data_option
def access(*, worker: object, as_json: bool, key: str | None, urls: dict[str, str], folder: Path) -> None:
    """Say who saw a worker, from the records of all services. WORKER is the id from a receipt. Asking is recorded too."""
    services = find(folder, SERVICES, urls, as_operator=key is None)
    found = asyncio.run(_records(worker, services, key))
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    table = Table("when", "who", "person", "what", "outcome", "purpose", "service", box=None, header_style="bold")
    for row in found:
        when = datetime.fromisoformat(row["at"]).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        who = row["agency"] or "operator"
        table.add_row(when, who, row["person"], row["route"], row["outcome"], row["purpose"] or "", row["service"])
    make_console().print(table)


async def _records(worker: object, services: Services, key: str | None) -> list[dict[str, Any]]:
    """Ask each service for its record. A service that never heard of the worker refuses an office, and has no record."""
    found: list[dict[str, Any]] = []
    refusals: list[Failed] = []
    for service in SERVICES:
        async with services.client(service, key) as client:
            try:
                items = [item async for item in client.items(f"/workers/{worker}/access", limit=1_000)]
            except Failed as refused:
                refusals.append(refused)
                continue
        found += [{**item, "service": service} for item in items]
    if len(refusals) == len(SERVICES):
        raise refusals[0]
    return sorted(found, key=lambda row: row["at"])
