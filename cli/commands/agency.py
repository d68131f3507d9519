"""`pulih agency`: the agencies that may post at the front desk."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
from rich.table import Table

from cli.client import ServiceClient, find
from cli.commands.agency_delegate import delegate
from cli.commands.agency_member import member
from cli.console import make_console
from cli.options import data_option, url_option

ROLES = ("office", "employer", "union", "social-insurance", "training-provider")
DESK = "registration"


@click.group(epilog="\b\nExample:\n  pulih agency list")
def agency() -> None:
    """Admit agencies, list them, revoke them (operators); give their members keys, let offices enter for them."""


agency.add_command(member)
agency.add_command(delegate)


@agency.command(
    epilog="""\b
    Example:
      pulih agency add blk-purworejo --name "BLK Purworejo" --role training-provider
      KEY=$(pulih agency add disnaker --name "Dinas Tenaga Kerja" --role office --region 33.06 --quiet)
    """
)
@click.argument("slug")
@click.option("--name", required=True, help="The agency's full name.")
@click.option("--role", required=True, type=click.Choice(ROLES), help="It decides which types the agency may post.")
@click.option("--email", help="Address for messages about its workers.")
@click.option(
    "--region", help="Where it acts for workers: a regency (33.06) or a province (33); all of Indonesia where left out."
)
@click.option("--delegate", "delegates", multiple=True, help="An office that may enter on its behalf; may be repeated.")
@click.option("--quiet", is_flag=True, help="Print the key alone.")
@url_option(DESK)
@data_option
def add(
    *,
    slug: str,
    name: str,
    role: str,
    email: str | None,
    region: str | None,
    delegates: tuple[str, ...],
    quiet: bool,
    url: str | None,
    folder: Path,
) -> None:
    """Admit an agency and print its first member's key. It is shown only now: registration keeps only its hash."""
    optional = {"email": email, "region": region, "delegates": delegates}
    wanted: dict[str, Any] = {"slug": slug, "name": name, "role": role} | {
        name: given for name, given in optional.items() if given
    }
    admitted = asyncio.run(_admit(folder, url, wanted))
    if not quiet:
        click.echo(
            f"{admitted['slug']} may post as {admitted['role']}. The key of its member `first`, shown only now:",
            err=True,
        )
    click.echo(admitted["key"])


@agency.command(name="list", epilog="\b\nExample:\n  pulih agency list")
@url_option(DESK)
@data_option
def list_(url: str | None, folder: Path) -> None:
    """List the agencies."""
    agencies = asyncio.run(_list(folder, url))
    table = Table("agency", "name", "role", "region", "email", "keys", "entered by", box=None, header_style="bold")
    for row in agencies:
        table.add_row(
            row["slug"],
            row["name"],
            row["role"],
            row.get("region") or "all",
            row.get("email") or "",
            "revoked" if row["revoked"] else str(row["members"]),
            ", ".join(row["delegates"]),
        )
    make_console().print(table)


@agency.command(epilog="\b\nExample:\n  pulih agency revoke blk-purworejo")
@click.argument("slug")
@url_option(DESK)
@data_option
def revoke(slug: str, url: str | None, folder: Path) -> None:
    """Revoke every key of an agency; what the agency posted stays."""
    asyncio.run(_revoke(folder, url, slug))
    click.echo(f"Every key of {slug} is revoked.", err=True)


def _desk(folder: Path, url: str | None) -> ServiceClient:
    return find(folder, [DESK], {DESK: url}, as_operator=True).client(DESK)


async def _admit(folder: Path, url: str | None, wanted: dict[str, Any]) -> dict[str, Any]:
    async with _desk(folder, url) as desk:
        admitted: dict[str, Any] = await desk.ask("POST", "/agencies", json=wanted)
    return admitted


async def _revoke(folder: Path, url: str | None, slug: str) -> None:
    async with _desk(folder, url) as desk:
        await desk.ask("DELETE", f"/agencies/{quote(slug, safe='')}")


async def _list(folder: Path, url: str | None) -> list[dict[str, Any]]:
    async with _desk(folder, url) as desk:
        return [item async for item in desk.items("/agencies")]
