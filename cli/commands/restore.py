"""`pulih restore`: the journal of a service whose database went back in time gets back what others have of it."""

import asyncio
from pathlib import Path
from typing import Any

import click

from cli.client import ServiceClient, find
from cli.options import data_option, urls_option
from shared.topology import SERVICES

READ_SECONDS = 1_800
"""How long it may take: the service reads all that its topic holds."""


@click.command(
    short_help="Make a journal whole again after a restore.",
    epilog="""\b
    Example:
      pulih restore training
    """,
)
@click.argument("service", type=click.Choice(SERVICES))
@urls_option
@data_option
def restore(service: str, urls: dict[str, str], folder: Path) -> None:
    """Make a service's journal whole again, whose database was restored from a dump, a snapshot or a standby.

    It takes the events that it lacks back from its topic, and numbers what it has said since behind them, so that nobody takes it for a
    repeat. What those events say is not in its tables by that: the runbook says what becomes of it. Where nothing lacks, nothing is done.
    """
    services = find(folder, [service], urls, as_operator=True)
    click.echo(_told(service, asyncio.run(_restore(services.client(service, timeout=READ_SECONDS)))))


async def _restore(client: ServiceClient) -> dict[str, Any]:
    async with client:
        return dict(await client.ask("POST", "/journal/restore"))


def _told(service: str, recovered: dict[str, Any]) -> str:
    told = (
        f"{service.capitalize()}'s journal lacked events from position {recovered['first']:,} to {recovered['last']:,}: "
        f"{recovered['taken_back']:,} are back from its topic, and {recovered['renumbered']:,} that it said since wait behind them."
    )
    lines = [
        f"Nobody has any more what came up to event {each['position']:,} ({each['id']}) in partition {each['partition']}, as "
        f"{each['where']} has heard."
        for each in recovered["unknown"]
    ]
    lines += [
        f"Nobody has any more what came up to position {each['position']:,} in partition {each['partition']}: the topic forgot it."
        for each in recovered["forgotten"]
    ]
    return "\n".join([told, *lines])
