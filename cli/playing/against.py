"""Plays scenarios on a stack that runs already, over HTTP alone: it starts and stops nothing."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from rich.console import Console

from cli.client import OPERATOR_KEY, Services, check_address, url_variable
from cli.errors import UsageFault
from cli.playing import report
from cli.playing.funnel import Funnel
from cli.playing.programme import Run, play_on
from scenarios.model import Scenario
from shared.topology import SERVICES

APART = 10
"""Distance between the services' ports, as docker-compose.yml has them: 8701, 8711, 8721, 8731."""


def stack_at(registration: str, given: Mapping[str, str], key: str | None) -> Services:
    """Find a running stack by registration's address and an operator's key. Raises `UsageFault` where something is missing."""
    if not key:
        raise UsageFault(f"--against needs an operator's key: --key, or {OPERATOR_KEY}.")
    named = {service: given.get(service) or os.environ.get(url_variable(service)) for service in SERVICES}
    return Services(addresses(registration, named), key)


def addresses(registration: str, given: Mapping[str, str | None]) -> dict[str, str]:
    """Give the four services' addresses: those that are `given`, else derived from registration's as in compose.

    Where registration's host is named `registration` (a network of containers), the others' hosts have their services'
    names. Raises `UsageFault` for what is no address.
    """
    parts = urlsplit(check_address(registration))
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    guessed = {}
    for nth, service in enumerate(SERVICES):
        if parts.hostname == SERVICES[0]:
            where = f"{service}:{port}"
        else:
            host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
            where = f"{host}:{port + nth * APART}"
        guessed[service] = urlunsplit(parts._replace(netloc=where)).rstrip("/")
    others = {service: url.rstrip("/") for service, url in given.items() if url and service != SERVICES[0]}
    return guessed | {SERVICES[0]: registration.rstrip("/")} | others


async def perform_all_against(
    services: Services, scenarios: Sequence[Scenario], console: Console, *, new_keys: bool
) -> list[Run]:
    """Play scenarios on a running stack, one after the other, and print each one's figures.

    Raises `UsageFault` where the stack is not for practice, where an address is another service's, or where an agency of a
    scenario is there already and `new_keys` is not given; and what `ServiceClient.ask` raises.
    """
    await _check_practice(services)
    await _check_services(services)
    runs: list[Run] = []
    ours: set[str] = set()
    for scenario in scenarios:
        taken = set() if new_keys else await _agencies(services) & set(scenario.admitted) - ours
        if taken:
            raise UsageFault(
                f"{', '.join(sorted(taken)[:3])} may post there already: this scenario was played there, or these are "
                "other agencies. --new-keys gives them new keys, and their old ones stop working."
            )
        ours |= set(scenario.admitted)
        runs.append(await perform_against(services, scenario, console))
        report.print_run(runs[-1], console)
    return runs


async def perform_against(services: Services, scenario: Scenario, console: Console) -> Run:
    """Play a scenario on a running stack, and judge what it added to the figures."""
    began = monotonic()
    with Funnel(console, f"{scenario.name}: {scenario.title}") as funnel:
        return (await play_on(services, scenario, funnel, began=began)).run


async def _check_practice(services: Services) -> None:
    async with services.client("registration") as client:
        answer: dict[str, Any] = await client.ask("GET", "/clock")
    if not answer["practice"]:
        raise UsageFault(
            f"The stack at {services.urls['registration']} is not for practice: start one with `pulih up --practice`, or "
            "with PULIH_PRACTICE=true in `.env`."
        )


async def _check_services(services: Services) -> None:
    """Ask each service for its name. Raises `UsageFault` where another service answers."""

    async def one(service: str) -> None:
        async with services.client(service) as client:
            audit: dict[str, Any] = await client.ask("GET", "/audit", params={"audited": "false"})
        if audit.get("service") != service:
            raise UsageFault(f"At {client.url} is {audit.get('service')}, not {service}: name each address by --url.")

    await asyncio.gather(*map(one, SERVICES))


async def _agencies(services: Services) -> set[str]:
    """Name the agencies that may post there."""
    async with services.client("registration") as client:
        return {item["slug"] async for item in client.items("/agencies") if not item["revoked"]}
