"""`pulih clock [DAY]`: which day it is in each service; moves the clock of a practice stack."""

import asyncio
from datetime import date, datetime
from pathlib import Path

import click

from cli.client import Services, find
from cli.options import data_option, urls_option
from shared.topology import SERVICES


@click.command(
    epilog="""\b
    Example:
      pulih clock
      pulih clock 2021-02-15
    """
)
@click.argument("day", required=False, type=click.DateTime(["%Y-%m-%d"]))
@urls_option
@data_option
def clock(*, day: datetime | None, urls: dict[str, str], folder: Path) -> None:
    """Say which day it is in each service, or let it be DAY on a stack for practice.

    What is due by then is done before the command returns: referrals lapse, moves take effect. Elsewhere the clock is the real one.
    """
    services = find(folder, SERVICES, urls, as_operator=True)
    for service, today, practice in asyncio.run(_ask(services, day.date() if day else None)):
        click.echo(f"{service:<13} {today}{'  for practice' if practice else ''}")


async def _ask(services: Services, day: date | None) -> list[tuple[str, str, bool]]:
    """Ask each service for its day, or move it there. Raises `Failed` where the stack is not for practice."""
    found = []
    for service in SERVICES:
        async with services.client(service) as client:
            if day is None:
                answer = await client.ask("GET", "/clock")
            else:
                answer = await client.ask("POST", "/clock", json={"today": day.isoformat()})
        found.append((service, answer["today"], answer["practice"]))
    return found
