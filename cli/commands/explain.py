"""`pulih explain COURSE`: who got each seat of a course, in which order and why, replayed from training's journal."""

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
from rich.console import Console
from rich.table import Table

from cli.client import Services, find
from cli.console import make_console
from cli.errors import Failed
from cli.options import data_option, url_option

TRAINING = "training"


@click.command(
    short_help="Replay who got the seats of a course, and say whether they are the same.",
    epilog="""\b
    Example:
      pulih explain JHT-01 --provider blk-purworejo
      pulih explain JHT-01 --key "$KEY" --json | jq .same
    """,
)
@click.argument("course")
@click.option("--provider", metavar="SLUG", help="Whose code it is, where several providers have such a course.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--key", envvar="PULIH_KEY", show_envvar=True, help="The provider's key; an operator's otherwise.")
@url_option(TRAINING)
@data_option
def explain(
    *, course: str, provider: str | None, as_json: bool, key: str | None, url: str | None, folder: Path
) -> None:
    """Replay who got each seat of a course, in which order and why, and name the first who did not get in.

    COURSE is the provider's code or the course's id. Exits 1 where the replay does not give the same workers again.
    """
    services = find(folder, [TRAINING], {TRAINING: url}, as_operator=key is None)
    found = asyncio.run(_selection_of(course, provider, services, key))
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        _print(found, make_console())
    if not found["same"]:
        raise Failed(
            f"Not the same: the replay of {found['course']} at {found['provider']} does not give the seats that were given."
        )


async def _selection_of(course: str, provider: str | None, services: Services, key: str | None) -> dict[str, Any]:
    async with services.client(TRAINING, key) as training:
        found: dict[str, Any] = await training.ask(
            "GET",
            f"/courses/{quote(course, safe='')}/selection",
            params={} if provider is None else {"provider": provider},
        )
    return found


def _print(selection: dict[str, Any], console: Console) -> None:
    course = (selection["course"], selection["provider"], selection["title"], selection["vocation"])
    console.print(" · ".join(course), style="bold")
    console.print(f"{selection['taken']} of {selection['seats']} seats are taken. The order: {selection['rule']}.")
    console.print(_table(selection["items"]))
    for line in _lines(selection):
        console.print(line)
    if selection["same"]:
        console.print("The same: each seat went to the first in line whom the course fits.", style="green")


def _table(items: list[dict[str, Any]]) -> Table:
    table = Table("when", "seat", "worker", "why", "from", "now", "replayed", box=None, header_style="bold")
    for item in items:
        first = f" ({item['stood_first']})" if item.get("stood_first") else ""
        table.add_row(
            datetime.fromisoformat(item["at"]).astimezone().strftime("%Y-%m-%d %H:%M:%S") if item["at"] else "",
            str(item["seat"]),
            item["worker"],
            item["order"],
            _whence(item),
            item["state"] or "",
            f"{item['differs']}{first}" if item["differs"] else "the same",
        )
    return table


def _whence(item: dict[str, Any]) -> str:
    """Say where the worker came from, and whether somebody had given the seat back."""
    came = {True: "the list", False: "the desk", None: ""}[item["from_waiting_list"]]
    return f"{came}, passed on" if item["passed_on"] else came


def _lines(selection: dict[str, Any]) -> list[str]:
    """Say who did not get in, and of whom the tables hold something else than was announced."""
    lines = []
    first = selection["first_not_in"]
    if first is None:
        lines.append("Nobody whom the course fits was left in line when the last seat was given.")
    else:
        whose = f"{first['worker']}, applied {first['applied_on']}" if "worker" in first else "a worker in line"
        lines.append(f"The first who did not get in: {whose}: {first['reason']}.")
    for group in selection.get("nearer", []):
        nearest = f"the first of them {group['first']['worker']}, applied {group['first']['applied_on']}"
        lines.append(f"Nearer in line, and not fitting: {group['workers']:,} ({group['reason']}), {nearest}.")
    if moved := selection.get("moved"):
        lines.append(f"The tables hold another day of application than was announced for {', '.join(moved)}.")
    return lines
