"""`pulih subject`: what a worker may ask of an office by law (UU PDP 27/2022)."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID, uuid4

import click

from cli.client import Services, find
from cli.errors import Failed, UsageFault
from cli.options import Command, data_option, url_option, urls_option

DESK, MESSAGES = "registration", "notification"
CORRECTED = "pulih.identity.corrected.v1"


@click.group(epilog="\b\nExample:\n  pulih subject export 0191f6b0-7d5c-7a10-8f00-000000000001 > data.json")
def subject() -> None:
    """Give a worker all that is kept, correct it, restrict its use, erase it (the worker's office; operators)."""


def _asks(command: Command) -> Command:
    """Let a command take the worker's id and the office's key."""
    key = click.option(
        "--key", envvar="PULIH_KEY", show_envvar=True, help="The worker's office's key; an operator's otherwise."
    )
    return click.argument("worker", type=click.UUID)(key(data_option(command)))


@subject.command(
    epilog='\b\nExample:\n  pulih subject export 0191f6b0-7d5c-7a10-8f00-000000000001 --key "$KEY" > data.json'
)
@_asks
@urls_option
def export(*, worker: UUID, key: str | None, urls: dict[str, str], folder: Path) -> None:
    """Print all that is kept about a worker, as JSON: who it is, what agencies typed, every step, every message."""
    services = find(folder, [DESK, MESSAGES], urls, as_operator=key is None)
    click.echo(json.dumps(asyncio.run(_export(services, worker, key)), indent=2, ensure_ascii=False))


@subject.command(
    epilog="""\b
    Example:
      echo '{"name": "Contoh Pekerja", "phone": "+62 812 0000 0000"}' | pulih subject correct 0191f6b0-… --key "$KEY"
    """
)
@_asks
@click.argument("file", type=click.File(encoding="utf-8"), default="-")
@url_option(DESK)
def correct(*, worker: UUID, file: IO[str], key: str | None, url: str | None, folder: Path) -> None:
    """Correct who a worker is, by the office's word. FILE is JSON: name, birth_date, sex, phone, email, address, region, nik.

    It is read from standard input where no file is named: personal data does not belong in a shell's history.
    """
    if key is None:
        raise UsageFault("Give the office's key by --key or PULIH_KEY: a correction is the word of an office.")
    try:
        correction = json.loads(file.read())
    except ValueError:
        raise UsageFault("The correction is not JSON.") from None
    services = find(folder, [DESK], {DESK: url}, as_operator=False)
    asyncio.run(_correct(services, worker, key, correction))
    click.echo(f"{worker} is corrected.", err=True)


@subject.command(epilog='\b\nExample:\n  pulih subject restrict 0191f6b0-7d5c-7a10-8f00-000000000001 --key "$KEY"')
@_asks
@url_option(DESK)
def restrict(*, worker: UUID, key: str | None, url: str | None, folder: Path) -> None:
    """Keep a worker's data and stop using it: no seat, no referral, no mail; only the worker's office reads."""
    _ask(folder, url, key, "POST", f"/workers/{worker}/restrict")
    click.echo(f"{worker} is restricted.", err=True)


@subject.command(epilog='\b\nExample:\n  pulih subject unrestrict 0191f6b0-7d5c-7a10-8f00-000000000001 --key "$KEY"')
@_asks
@url_option(DESK)
def unrestrict(*, worker: UUID, key: str | None, url: str | None, folder: Path) -> None:
    """Use a worker's data again; the place in line is kept. Messages that were withheld are not sent later."""
    _ask(folder, url, key, "DELETE", f"/workers/{worker}/restrict")
    click.echo(f"{worker} is no longer restricted.", err=True)


@subject.command(epilog='\b\nExample:\n  pulih subject erase 0191f6b0-7d5c-7a10-8f00-000000000001 --key "$KEY"')
@click.option("--yes", is_flag=True, help="Do not ask.")
@_asks
@url_option(DESK)
def erase(*, worker: UUID, yes: bool, key: str | None, url: str | None, folder: Path) -> None:
    """Erase a worker whose spell is over: nobody can say afterwards who it was. It cannot be undone."""
    if not yes:
        click.confirm(f"Erase {worker} for good?", abort=True, err=True)
    _ask(folder, url, key, "DELETE", f"/workers/{worker}")
    click.echo(f"{worker} is erased.", err=True)


def _ask(folder: Path, url: str | None, key: str | None, method: str, path: str) -> None:
    services = find(folder, [DESK], {DESK: url}, as_operator=key is None)

    async def ask() -> None:
        async with services.client(DESK, key) as desk:
            await desk.ask(method, path)

    asyncio.run(ask())


async def _export(services: Services, worker: UUID, key: str | None) -> dict[str, Any]:
    async with services.client(DESK, key) as desk, services.client(MESSAGES, key) as mailboxes:
        kept: dict[str, Any] = await desk.ask("GET", f"/workers/{worker}/data")
        messages = [item async for item in mailboxes.items("/messages", worker=str(worker))]
    return {**kept, "messages": messages}


async def _correct(services: Services, worker: UUID, key: str, correction: object) -> None:
    """Post the correction as the office's event, and raise `Failed` with the sentence of its receipt where it is refused."""
    event = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": "/pulih/subject",
        "type": CORRECTED,
        "data": {"on": str(datetime.now(UTC).date()), "worker": str(worker), "correction": correction},
    }
    async with services.client(DESK, key) as desk:
        answer = await desk.send(
            "POST",
            "/events",
            content=json.dumps(event).encode(),
            headers={"Content-Type": "application/cloudevents+json"},
        )
        receipts = answer.json().get("receipts") if answer.content else None
        if not receipts:
            desk.answer_of(answer)
            raise Failed("The desk gave no receipt.")
    if problem := receipts[0].get("problem"):
        raise Failed(problem["detail"])
