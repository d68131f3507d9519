"""`pulih dlq`: the dead letters of the services: list, show, replay, discard."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import httpx
from rich.table import Table

from cli.client import ServiceClient, Services, find
from cli.console import make_console
from cli.errors import Failed
from cli.options import Command, data_option, urls_option
from shared.topology import SERVICES

T = TypeVar("T")

STATES = ("waiting", "replayed", "discarded")
PAGE = 1_000


@click.group(epilog="\b\nExample:\n  pulih dlq list --service training")
def dlq() -> None:
    """List, show, replay and discard dead letters (operators)."""


def _takes_service(command: Command) -> Command:
    service = click.option("--service", type=click.Choice(SERVICES), help="One service; all of them otherwise.")
    return service(urls_option(data_option(command)))


@dlq.command(
    name="list", epilog="\b\nExample:\n  pulih dlq list\n  pulih dlq list --service training --state discarded"
)
@click.option("--state", type=click.Choice(STATES), default="waiting", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_takes_service
def list_(*, state: str, as_json: bool, service: str | None, urls: dict[str, str], folder: Path) -> None:
    """List dead letters, oldest first, without their contents."""
    services = _services(folder, service, urls)
    letters = asyncio.run(_letters(services, state))
    if as_json:
        click.echo(json.dumps(letters, indent=2))
        return
    table = Table(box=None, header_style="bold")
    table.add_column("id", no_wrap=True)
    for heading in ("service", "from", "type", "reason", "since"):
        table.add_column(heading, overflow="fold")
    for letter in letters:
        place = f"{letter['topic']}-{letter['partition']} @{letter['position'] or letter['record_offset']}"
        since = letter["buried_at"][:19].replace("T", " ")
        table.add_row(letter["id"], letter["service"], place, letter["type"] or "?", letter["reason"], since)
    if letters:
        make_console().print(table)
    click.echo(f"{len(letters)} {state}.", err=True)


@dlq.command(epilog="\b\nExample:\n  pulih dlq show 0191f6b0-7d5c-7a10-8f00-000000000001")
@click.argument("id", type=click.UUID)
@_takes_service
def show(id: object, service: str | None, urls: dict[str, str], folder: Path) -> None:
    """Show one dead letter whole, as JSON."""

    async def ask(client: ServiceClient) -> dict[str, Any]:
        return {"service": client.service, **await client.ask("GET", f"/dead-letters/{id}")}

    services = _services(folder, service, urls)
    click.echo(json.dumps(asyncio.run(_at_its_service(services, str(id), ask)), indent=2))


@dlq.command(epilog="\b\nExample:\n  pulih dlq replay 0191f6b0-7d5c-7a10-8f00-000000000001\n  pulih dlq replay --all")
@click.argument("id", type=click.UUID, required=False)
@click.option("--all", "all_of_them", is_flag=True, help="All that wait, oldest first; at most 1,000 of each service.")
@_takes_service
def replay(*, id: object, all_of_them: bool, service: str | None, urls: dict[str, str], folder: Path) -> None:
    """Hand a dead letter's event to the service again; it takes effect once."""
    _settle("replay", id, _services(folder, service, urls), all_of_them=all_of_them)


@dlq.command(epilog="\b\nExample:\n  pulih dlq discard 0191f6b0-7d5c-7a10-8f00-000000000001")
@click.argument("id", type=click.UUID, required=False)
@click.option("--all", "all_of_them", is_flag=True, help="All that wait; at most 1,000 of each service.")
@_takes_service
def discard(*, id: object, all_of_them: bool, service: str | None, urls: dict[str, str], folder: Path) -> None:
    """Give up a dead letter; it stays readable."""
    _settle("discard", id, _services(folder, service, urls), all_of_them=all_of_them)


def _services(folder: Path, service: str | None, urls: dict[str, str]) -> Services:
    return find(folder, [service] if service else SERVICES, urls, as_operator=True)


async def _letters(services: Services, state: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for service in services.urls:
        async with services.client(service) as client:
            page = await client.ask("GET", "/dead-letters", params={"state": state, "limit": PAGE})
            found += [{"service": service, **letter} for letter in page]
    return found


async def _at_its_service(services: Services, id: str, do: Callable[[ServiceClient], Awaitable[T]]) -> T:
    """Do something at the service that has this dead letter. Raises `Failed` where none has it."""
    for service in services.urls:
        async with services.client(service) as client:
            found = await client.send("GET", f"/dead-letters/{id}")
            if found.status_code != httpx.codes.NOT_FOUND:
                client.answer_of(found)
                return await do(client)
    raise Failed(f"There is no dead letter {id} at {', '.join(services.urls)}.")


def _settle(verb: str, id: object, services: Services, *, all_of_them: bool) -> None:
    if (id is None) != all_of_them:
        raise click.UsageError("Name one id, or use --all.", click.get_current_context())
    if id is not None:
        asyncio.run(_at_its_service(services, str(id), lambda client: _post(client, str(id), verb)))
        click.echo("Done.", err=True)
        return
    done, failed = asyncio.run(_settle_all(verb, services))
    click.echo(f"{done} done, {len(failed)} not.", err=True)
    if failed:
        raise Failed(f"{failed[0]} (and so on; `pulih dlq list` names them).")


async def _settle_all(verb: str, services: Services) -> tuple[int, list[str]]:
    done, failed = 0, []
    for letter in await _letters(services, "waiting"):
        async with services.client(letter["service"]) as client:
            try:
                await _post(client, letter["id"], verb)
                done += 1
            except Failed as no:
                failed.append(f"{letter['id']}: {no.message}")
    return done, failed


async def _post(client: ServiceClient, id: str, verb: str) -> None:
    await client.ask("POST", f"/dead-letters/{id}/{verb}")
