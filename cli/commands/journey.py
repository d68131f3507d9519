"""`pulih journey WORKER`: what happened to one worker, step by step, and what comes next."""

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.client import Services, find
from cli.console import make_console
from cli.options import data_option, url_option

DESK = "registration"
NEXT = {"id": "Selanjutnya", "en": "Next"}
SPELL = {"id": "masa tanpa kerja ke-", "en": "spell without work no. "}


@click.command(
    epilog="""\b
    Example:
      pulih journey 0191f6b0-7d5c-7a10-8f00-000000000001 --lang id
      pulih journey 0191f6b0-7d5c-7a10-8f00-000000000001 --key "$KEY" --json
    """
)
@click.argument("worker", type=click.UUID)
@click.option("--lang", type=click.Choice(["id", "en"]), default="en", show_default=True, help="Indonesian or English.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, in both languages.")
@click.option("--key", envvar="PULIH_KEY", show_envvar=True, help="An agency's key; an operator's otherwise.")
@url_option(DESK)
@data_option
def journey(*, worker: object, lang: str, as_json: bool, key: str | None, url: str | None, folder: Path) -> None:
    """Print one worker's journey. WORKER is the id from a receipt: a NIK does not belong in a shell's history."""
    services = find(folder, [DESK], {DESK: url}, as_operator=key is None)
    found = asyncio.run(_journey_of(worker, services, key))
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        _print(found, lang, make_console())


async def _journey_of(worker: object, services: Services, key: str | None) -> dict[str, Any]:
    async with services.client(DESK, key) as desk:
        found: dict[str, Any] = await desk.ask("GET", f"/workers/{worker}/journey")
    return found


def _print(journey: dict[str, Any], lang: str, console: Console) -> None:
    spell = f"{SPELL[lang]}{journey['spell']}" if "spell" in journey else None
    known = (journey["worker"], spell, journey.get("state"))  # an agency may be entitled to less
    console.print(" · ".join(word for word in known if word), style="bold")
    steps = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for step in journey["steps"]:
        when = datetime.fromisoformat(step["at"]).astimezone().strftime("%Y-%m-%d %H:%M")
        steps.add_row(Text(when, "dim"), step["what"][lang], Text(step["by"], "dim"))
    console.print(steps)
    if following := journey.get("next"):
        console.print(f"{NEXT[lang]}: {following[lang]}", style="green")
