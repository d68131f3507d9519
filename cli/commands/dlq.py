"""`pulih dlq`: what a service could not take in, with the reason, and what an operator does about it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import httpx
from rich.table import Table

from cli.client import ServiceClient, Services, answer_of, find
from cli.console import paper
from cli.errors import Failed
from cli.options import Command, data_option, urls_option
from shared.topology import SERVICES

T = TypeVar("T")

STATES = ("waiting", "replayed", "discarded")
PAGE = 1_000


@click.group(epilog="\b\nExample:\n  pulih dlq list --service training")
def dlq() -> None:
    """See to dead letters: list, show, replay, discard (operators)."""


def _reaching_all(command: Command) -> Command:
    service = click.option("--service", type=click.Choice(SERVICES), help="One service; all of them otherwise.")
    return service(urls_option(data_option(command)))


@dlq.command(
    name="list", epilog="\b\nExample:\n  pulih dlq list\n  pulih dlq list --service training --state discarded"
)
@click.option("--state", type=click.Choice(STATES), default="waiting", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_reaching_all
def list_(*, state: str, as_json: bool, service: str | None, urls: dict[str, str], folder: Path) -> None:
    """List dead letters, oldest first, without their contents."""
    offices = _offices(folder, service, urls)
    letters = asyncio.run(_letters(offices, state))
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
        paper().print(table)
    click.echo(f"{len(letters)} {state}.", err=True)


@dlq.command(epilog="\b\nExample:\n  pulih dlq show 0191f6b0-7d5c-7a10-8f00-000000000001")
@click.argument("id", type=click.UUID)
@_reaching_all
def show(id: object, service: str | None, urls: dict[str, str], folder: Path) -> None:
    """Show one dead letter whole, as JSON."""

    async def ask(client: ServiceClient) -> dict[str, Any]:
        return {"service": client.service, **await client.ask("GET", f"/dead-letters/{id}")}

    offices = _offices(folder, service, urls)
    click.echo(json.dumps(asyncio.run(_where_it_is(offices, str(id), ask)), indent=2))


@dlq.command(epilog="\b\nExample:\n  pulih dlq replay 0191f6b0-7d5c-7a10-8f00-000000000001\n  pulih dlq replay --all")
@click.argument("id", type=click.UUID, required=False)
@click.option(
    "--all", "all_of_them", is_flag=True, help="All that wait, oldest first; 1,000 of each service at a time."
)
@_reaching_all
def replay(*, id: object, all_of_them: bool, service: str | None, urls: dict[str, str], folder: Path) -> None:
    """Take a dead letter's event in after all; it takes effect once."""
    _settle("replay", id, _offices(folder, service, urls), all_of_them=all_of_them)


@dlq.command(epilog="\b\nExample:\n  pulih dlq discard 0191f6b0-7d5c-7a10-8f00-000000000001")
@click.argument("id", type=click.UUID, required=False)
@click.option("--all", "all_of_them", is_flag=True, help="All that wait; 1,000 of each service at a time.")
@_reaching_all
def discard(*, id: object, all_of_them: bool, service: str | None, urls: dict[str, str], folder: Path) -> None:
    """Give a dead letter up; it stays readable."""
    _settle("discard", id, _offices(folder, service, urls), all_of_them=all_of_them)


def _offices(folder: Path, service: str | None, urls: dict[str, str]) -> Services:
    return find(folder, [service] if service else SERVICES, urls, as_operator=True)


async def _letters(offices: Services, state: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for service in offices.urls:
        async with offices.office(service) as client:
            page = await client.ask("GET", "/dead-letters", params={"state": state, "limit": PAGE})
            found += [{"service": service, **letter} for letter in page]
    return found


async def _where_it_is(offices: Services, id: str, do: Callable[[ServiceClient], Awaitable[T]]) -> T:
    """Do something at the service that has this dead letter. Raises `Failed` where none has."""
    for service in offices.urls:
        async with offices.office(service) as client:
            found = await client.send("GET", f"/dead-letters/{id}")
            if found.status_code != httpx.codes.NOT_FOUND:
                answer_of(service, found)
                return await do(client)
    raise Failed(f"There is no dead letter {id} at {', '.join(offices.urls)}.")


def _settle(verb: str, id: object, offices: Services, *, all_of_them: bool) -> None:
    if (id is None) != all_of_them:
        raise click.UsageError("Name one id, or --all.", click.get_current_context())
    if id is not None:
        asyncio.run(_where_it_is(offices, str(id), lambda client: _tell(client, str(id), verb)))
        click.echo("Done.", err=True)
        return
    done, failed = asyncio.run(_settle_all(verb, offices))
    click.echo(f"{done} done, {len(failed)} not.", err=True)
    if failed:
        raise Failed(f"{failed[0]} (and so on; `pulih dlq list` names them).")


async def _settle_all(verb: str, offices: Services) -> tuple[int, list[str]]:
    done, failed = 0, []
    for letter in await _letters(offices, "waiting"):
        async with offices.office(letter["service"]) as client:
            try:
                await _tell(client, letter["id"], verb)
                done += 1
            except Failed as no:
                failed.append(f"{letter['id']}: {no.message}")
    return done, failed


async def _tell(client: ServiceClient, id: str, verb: str) -> None:
    await client.ask("POST", f"/dead-letters/{id}/{verb}")
