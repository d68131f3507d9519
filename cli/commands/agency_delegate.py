"""`pulih agency delegate`: the offices that may enter on an agency's behalf."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from cli.client import ServiceClient, find
from cli.errors import UsageFault
from cli.options import agency_key_option, data_option, url_option

DESK = "registration"


@click.command(
    epilog="""\b
    Example:
      pulih agency delegate blk-desa disnaker
      pulih agency delegate blk-desa --none
    """
)
@click.argument("agency")
@click.argument("offices", nargs=-1)
@click.option("--none", "nobody", is_flag=True, help="Let no office enter on the agency's behalf any longer.")
@agency_key_option
@url_option(DESK)
@data_option
def delegate(
    *, agency: str, offices: tuple[str, ...], nobody: bool, key: str | None, url: str | None, folder: Path
) -> None:
    """Let these offices, and no others, enter on an agency's behalf (operators, and members of that agency with --key).

    The offices post with `on_behalf_of`; a worker's journey names both.
    """
    if bool(offices) == nobody:
        raise UsageFault("Name the offices, or say --none.")
    desk = find(folder, [DESK], {DESK: url}, as_operator=key is None).client(DESK, key)
    said = asyncio.run(_delegate(desk, agency, offices))
    names = ", ".join(said["delegates"]) or "Nobody"
    click.echo(f"{names} may enter on behalf of {said['agency']}.", err=True)


async def _delegate(desk: ServiceClient, agency: str, offices: tuple[str, ...]) -> dict[str, Any]:
    async with desk:
        said: dict[str, Any] = await desk.ask(
            "PUT", f"/agencies/{quote(agency, safe='')}/delegates", json={"delegates": list(offices)}
        )
    return said
