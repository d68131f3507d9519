"""`pulih agency`: who may speak at the front desk."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
from rich.table import Table

from cli.offices import find
from cli.options import data_option, url_option
from cli.paper import paper

ROLES = ("office", "employer", "union", "social-insurance", "training-provider")
DESK = "registration"


@click.group(epilog="\b\nExample:\n  pulih agency list")
def agency() -> None:
    """Admit agencies, list them, revoke their keys (operators)."""


@agency.command(
    epilog="""\b
    Example:
      pulih agency add blk-purworejo --name "BLK Purworejo" --role training-provider
      KEY=$(pulih agency add disnaker --name "Dinas Tenaga Kerja" --role office --quiet)
    """
)
@click.argument("slug")
@click.option("--name", required=True, help="The agency's full name.")
@click.option("--role", required=True, type=click.Choice(ROLES), help="It decides what the agency may say.")
@click.option("--email", help="Where it is told what became of its workers.")
@click.option("--quiet", is_flag=True, help="Print the key alone.")
@url_option(DESK)
@data_option
def add(slug: str, name: str, role: str, email: str | None, quiet: bool, url: str | None, folder: Path) -> None:  # noqa: FBT001  click's flag
    """Admit an agency and print its key, this once: only the key's hash is kept."""
    wanted = {"slug": slug, "name": name, "role": role} | ({"email": email} if email else {})
    admitted = _ask(folder, url, "POST", "/agencies", json=wanted)
    if not quiet:
        click.echo(f"{admitted['slug']} may speak as {admitted['role']}. Its key, shown this once:", err=True)
    click.echo(admitted["key"])


@agency.command(name="list", epilog="\b\nExample:\n  pulih agency list")
@url_option(DESK)
@data_option
def list_(url: str | None, folder: Path) -> None:
    """List the agencies."""
    agencies = _ask(folder, url, "GET", "/agencies")
    table = Table("agency", "name", "role", "email", "key", box=None, header_style="bold")
    for row in agencies["items"] if isinstance(agencies, dict) else agencies:
        table.add_row(
            row["slug"], row["name"], row["role"], row.get("email") or "", "revoked" if row.get("revoked") else "good"
        )
    paper().print(table)


@agency.command(epilog="\b\nExample:\n  pulih agency revoke blk-purworejo")
@click.argument("slug")
@url_option(DESK)
@data_option
def revoke(slug: str, url: str | None, folder: Path) -> None:
    """Take an agency's key no more; what it said stays."""
    _ask(folder, url, "DELETE", f"/agencies/{quote(slug, safe='')}")
    click.echo(f"The key of {slug} is no longer good.", err=True)


def _ask(folder: Path, url: str | None, method: str, path: str, **more: Any) -> Any:  # noqa: ANN401  JSON is what it is
    offices = find(folder, [DESK], {DESK: url}, as_operator=True)

    async def ask() -> Any:  # noqa: ANN401  JSON is what it is
        async with offices.office(DESK) as desk:
            return await desk.ask(method, path, **more)

    return asyncio.run(ask())
