"""`pulih agency member`: an agency's members, each with a key of its own."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
from rich.table import Table

from cli.client import ServiceClient, find
from cli.console import make_console
from cli.options import agency_key_option, data_option, url_option

DESK = "registration"


@click.group(epilog="\b\nExample:\n  pulih agency member list disnaker")
def member() -> None:
    """Give an agency's members keys, list them, revoke them (operators, and members of that agency with --key)."""


@member.command(
    epilog="""\b
    Example:
      pulih agency member add disnaker siti
      pulih agency member add disnaker siti --key $PULIH_KEY --quiet
    """
)
@click.argument("agency")
@click.argument("name")
@click.option("--quiet", is_flag=True, help="Print the key alone.")
@agency_key_option
@url_option(DESK)
@data_option
def add(*, agency: str, name: str, quiet: bool, key: str | None, url: str | None, folder: Path) -> None:
    """Give a member a key and print it. It is shown only now: registration keeps only its hash."""
    added = asyncio.run(_add(_desk(folder, url, key), agency, name))
    if not quiet:
        click.echo(f"{added['name']} may act for {added['agency']}. The key, shown only now:", err=True)
    click.echo(added["key"])


@member.command(name="list", epilog="\b\nExample:\n  pulih agency member list disnaker")
@click.argument("agency")
@agency_key_option
@url_option(DESK)
@data_option
def list_(agency: str, key: str | None, url: str | None, folder: Path) -> None:
    """List an agency's members."""
    table = Table("member", "key", box=None, header_style="bold")
    for row in asyncio.run(_list(_desk(folder, url, key), agency)):
        table.add_row(row["name"], "revoked" if row["revoked"] else "good")
    make_console().print(table)


@member.command(epilog="\b\nExample:\n  pulih agency member revoke disnaker siti")
@click.argument("agency")
@click.argument("name")
@agency_key_option
@url_option(DESK)
@data_option
def revoke(agency: str, name: str, key: str | None, url: str | None, folder: Path) -> None:
    """Revoke a member's key; the other members' stay good, and what the member posted stays."""
    asyncio.run(_revoke(_desk(folder, url, key), agency, name))
    click.echo(f"The key of {name} at {agency} is revoked.", err=True)


def _desk(folder: Path, url: str | None, key: str | None) -> ServiceClient:
    return find(folder, [DESK], {DESK: url}, as_operator=key is None).client(DESK, key)


def _members(agency: str) -> str:
    return f"/agencies/{quote(agency, safe='')}/members"


async def _add(desk: ServiceClient, agency: str, name: str) -> dict[str, str]:
    async with desk:
        added: dict[str, str] = await desk.ask("POST", _members(agency), json={"name": name})
        return added


async def _revoke(desk: ServiceClient, agency: str, name: str) -> None:
    async with desk:
        await desk.ask("DELETE", f"{_members(agency)}/{quote(name, safe='')}")


async def _list(desk: ServiceClient, agency: str) -> list[dict[str, Any]]:
    async with desk:
        return [item async for item in desk.items(_members(agency))]
