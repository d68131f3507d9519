"""`pulih replay`: a service publishes its journal again; listeners drop the events that they have taken in."""

import asyncio
from pathlib import Path

import click

from cli.client import ServiceClient, find
from cli.options import data_option, urls_option
from shared.topology import SERVICES


@click.command(
    short_help="Publish a service's journal again.",
    epilog="""\b
    Example:
      pulih replay registration
      pulih replay training --from 120000
    """,
)
@click.argument("service", type=click.Choice(SERVICES))
@click.option(
    "--from",
    "position",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="POSITION",
    help="The first position of the journal to publish again.",
)
@urls_option
@data_option
def replay(service: str, position: int, urls: dict[str, str], folder: Path) -> None:
    """Publish a service's journal again, where Kafka lost it or did not deliver part of it.

    It is always safe: each listener has a bookmark, and drops what it has taken in. A listener that reports a gap names
    the position after which it misses something; from position 1 on, nothing is missed.
    """
    services = find(folder, [service], urls, as_operator=True)
    events = asyncio.run(_replay(services.client(service), position - 1))
    click.echo(
        f"{service.capitalize()} publishes its journal again from position {position:,}: up to {events:,} events."
    )


async def _replay(client: ServiceClient, after: int) -> int:
    async with client:
        return int((await client.ask("POST", "/journal/replay", params={"after": str(after)}))["events"])
