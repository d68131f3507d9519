"""`pulih agency`: who may speak at the front desk."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
from rich.table import Table

from cli.client import find
from cli.console import paper
from cli.options import data_option, url_option

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
def add(*, slug: str, name: str, role: str, email: str | None, quiet: bool, url: str | None, folder: Path) -> None:
    """Admit an agency and print its key, this once: only the key's hash is kept."""
    wanted = {"slug": slug, "name": name, "role": role} | ({"email": email} if email else {})
    admitted = asyncio.run(_ask(folder, url, "POST", "/agencies", wanted))
    if not quiet:
        click.echo(f"{admitted['slug']} may speak as {admitted['role']}. Its key, shown this once:", err=True)
    click.echo(admitted["key"])


@agency.command(name="list", epilog="\b\nExample:\n  pulih agency list")
@url_option(DESK)
@data_option
def list_(url: str | None, folder: Path) -> None:
    """List the agencies."""
    agencies = asyncio.run(_ask(folder, url, "GET", "/agencies"))
    table = Table("agency", "name", "role", "email", "key", box=None, header_style="bold")
    for row in agencies["items"]:
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
    asyncio.run(_ask(folder, url, "DELETE", f"/agencies/{quote(slug, safe='')}"))
    click.echo(f"The key of {slug} is no longer good.", err=True)


async def _ask(
    folder: Path, url: str | None, method: str, path: str, said: dict[str, str] | None = None
) -> dict[str, Any]:
    async with find(folder, [DESK], {DESK: url}, as_operator=True).office(DESK) as desk:
        answer: dict[str, Any] = await desk.ask(method, path, json=said)
        return answer
