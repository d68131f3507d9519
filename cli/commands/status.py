"""`pulih status`: whether every service is well, what is wrong where it is not, and which offices act everywhere."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from cli.client import ServiceClient, Services, find
from cli.console import make_console
from cli.errors import Failed, Unreachable, UsageFault
from cli.options import data_option, urls_option
from shared.topology import SERVICES

OLD_SECONDS = 60.0
"""A journal row that has waited this long to be published is stuck."""
LOOK_SECONDS = 2.0
TIMEOUT_SECONDS = 5.0
"""A service that has not answered by then is frozen."""
MOST_NAMED = 10
"""Offices that are named; the others are counted."""


@dataclass(frozen=True)
class Standing:
    """How one service is: its `/standing`, or None where it gives none; and what is not well."""

    service: str
    answer: dict[str, Any] | None
    troubles: list[str]


@click.command(
    short_help="Show whether every service is well.",
    epilog="""\b
    Example:
      pulih status
      pulih status --watch
    """,
)
@click.option("--watch", is_flag=True, help="Look again every two seconds, until Ctrl-C.")
@urls_option
@data_option
def status(*, watch: bool, urls: dict[str, str], folder: Path) -> None:
    """Show whether each service is ready, how far it is behind, and what waits; exits 1 when something is not well.

    It names the offices that have no region, and so act for all of Indonesia.
    """
    services = find(folder, SERVICES, urls, as_operator=True)
    standings, everywhere = asyncio.run(_watch(services) if watch else _once(services))
    if not watch:
        make_console().print(page(standings, everywhere))
    if troubles := [f"{each.service}: {trouble}" for each in standings for trouble in each.troubles]:
        raise Failed(f"Not all is well. {'; '.join(troubles)}.")


async def look(services: Services) -> list[Standing]:
    """Ask every service how it is. Raises `UsageFault` where the operators' key is wrong."""
    async with AsyncExitStack() as opened:
        clients = [
            await opened.enter_async_context(services.client(service, timeout=TIMEOUT_SECONDS)) for service in SERVICES
        ]
        return list(await asyncio.gather(*map(_standing_of, clients)))


async def offices_everywhere(services: Services) -> list[str]:
    """Name the offices that act for all of Indonesia; none where registration does not say."""
    try:
        async with services.client("registration", timeout=TIMEOUT_SECONDS) as desk:
            agencies = [each async for each in desk.items("/agencies")]
    except (Unreachable, Failed):
        return []  # its standing says why
    return [
        each["slug"] for each in agencies if each["role"] == "office" and each["region"] is None and not each["revoked"]
    ]


async def _once(services: Services) -> tuple[list[Standing], list[str]]:
    return await look(services), await offices_everywhere(services)


async def _watch(services: Services) -> tuple[list[Standing], list[str]]:
    standings, everywhere = await _once(services)
    with Live(page(standings, everywhere), console=make_console(), auto_refresh=False) as live:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            standings = await look(services)
            live.update(page(standings, everywhere), refresh=True)


async def _standing_of(client: ServiceClient) -> Standing:
    try:
        answer: dict[str, Any] = await client.ask("GET", "/standing")
    except UsageFault:
        raise
    except (Unreachable, Failed) as no:
        return Standing(client.service, None, [no.message.rstrip(".")])
    return Standing(client.service, answer, list(troubles_in(answer)))


def troubles_in(answer: dict[str, Any]) -> Sequence[str]:
    """Name what is not well with a service that answers."""
    waiting, oldest = answer["dead_letters"], answer["backlog"]["seconds"] or 0
    found = {
        answer["trouble"]: answer["trouble"],
        "nobody publishes its journal": answer["relay"]["led"] is False,
        f"its journal waits to be published since {oldest:,.0f} s": oldest > OLD_SECONDS,
        f"{waiting} dead letters wait (pulih dlq list)": waiting,
    }
    return [trouble for trouble, is_so in found.items() if trouble and is_so]


def page(standings: Sequence[Standing], everywhere: Sequence[str]) -> Group:
    """Draw the table, and below it whether it is for practice, and the offices that act everywhere."""
    below: list[str] = []
    if days := sorted({each.answer["today"] for each in standings if each.answer and each.answer.get("practice")}):
        below += ["", f"This stack is for practice. There it is {' or '.join(days)}."]
    if everywhere:
        others = len(everywhere) - MOST_NAMED
        more = f" and {others:,} more (pulih agency list)" if others > 0 else ""
        named = f"{', '.join(everywhere[:MOST_NAMED])}{more}"
        below += ["", f"Offices without a region, which act for all of Indonesia: {named}"]
    return Group(table(standings), *below)


def table(standings: Sequence[Standing]) -> Table:
    """Draw the table."""
    drawn = Table(
        "service", "", "behind", "journal waits", "oldest", "dead letters", "relay", box=None, header_style="bold"
    )
    for each in standings:
        if each.answer is None:
            drawn.add_row(each.service, Text("; ".join(each.troubles), "bold red"), "", "", "", "", "")
        else:
            ready = (
                Text(f"not ready: {each.answer['trouble']}", "bold red")
                if each.answer["trouble"]
                else Text("ready", "green")
            )
            drawn.add_row(each.service, ready, *_cells(each.answer))
    return drawn


def _cells(answer: dict[str, Any]) -> list[str]:
    backlog, relay = answer["backlog"], answer["relay"]
    behind = sum(records for partitions in answer["behind"].values() for records in partitions.values())
    publishes = "this one" if relay["leads"] else "another" if relay["led"] else "nobody"
    return [
        f"{behind:,}",
        _number(backlog["rows"], "{:,}"),
        _number(backlog["seconds"], "{:,.0f} s"),
        _number(answer["dead_letters"], "{:,}"),
        publishes,
    ]


def _number(value: float | None, form: str) -> str:
    return "?" if value is None else form.format(value)
