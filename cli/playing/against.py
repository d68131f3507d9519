"""A programme on somebody's running stack, through HTTP alone: nothing is started, nothing is stopped."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from rich.console import Console

from cli.client import OPERATOR_KEY, Services, url_variable
from cli.errors import UsageFault
from cli.playing import report
from cli.playing.funnel import Funnel
from cli.playing.programme import Figures, Run, play_on
from scenarios.model import Scenario
from shared.topology import SERVICES

APART = 10
"""From one service's port to the next one's, as docker-compose.yml has them: 8701, 8711, 8721, 8731."""


def stack_at(registration: str, given: Mapping[str, str], key: str | None) -> Services:
    """Find a running stack by registration's address, and the operators' key. Raises `UsageFault` where something is missing."""
    if not key:
        raise UsageFault(f"--against needs the operators' key: --key, or {OPERATOR_KEY}.")
    named = {service: given.get(service) or os.environ.get(url_variable(service)) for service in SERVICES}
    return Services(addresses(registration, named), key)


def addresses(registration: str, given: Mapping[str, str | None]) -> dict[str, str]:
    """Give the four services' addresses, from registration's: as they were `given`, or else as in compose.

    Where the host is named `registration` (a network of containers), so are the others after their services. Raises
    `UsageFault` for what is no address.
    """
    parts = urlsplit(registration)
    try:
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        raise UsageFault(f"{registration} is no address of a service: it reads http://host:port.") from None
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
    offices: Services, scenarios: Sequence[Scenario], console: Console, *, new_keys: bool
) -> list[Run]:
    """Play scenarios on a running stack, one after the other, and print each one's figures.

    Raises `UsageFault` where an address is another service's, or an agency of a scenario is there already and nobody said
    that it may get a new key; and what `ServiceClient.ask` raises.
    """
    runs: list[Run] = []
    ours: set[str] = set()
    for scenario in scenarios:
        before = await _figures(offices)
        taken = set() if new_keys else await _agencies(offices) & set(scenario.admitted) - ours
        if taken:
            raise UsageFault(
                f"{', '.join(sorted(taken)[:3])} may speak there already: this scenario was played there, or that is "
                "somebody else. --new-keys gives them new keys, and their old ones stop working."
            )
        ours |= set(scenario.admitted)
        runs.append(await perform_against(offices, scenario, console, before))
        report.show(runs[-1], console)
    return runs


async def perform_against(offices: Services, scenario: Scenario, console: Console, before: Figures) -> Run:
    """Play a scenario on a running stack, and judge what it added to the figures `before`."""
    began = monotonic()
    with Funnel(console, f"{scenario.name}: {scenario.title}") as funnel:
        return (await play_on(offices, scenario, funnel, began=began, before=before)).run


async def _figures(offices: Services) -> Figures:
    """Ask each service for its figures, and see that it is the service it was taken for."""

    async def one(service: str) -> dict[str, int]:
        async with offices.office(service) as office:
            account: dict[str, Any] = await office.ask("GET", "/audit", params={"audited": "false"})
        if account.get("service") != service:
            raise UsageFault(f"At {office.url} is {account.get('service')}, not {service}: say where each is by --url.")
        return dict(account["figures"])

    return dict(zip(SERVICES, await asyncio.gather(*map(one, SERVICES)), strict=True))


async def _agencies(offices: Services) -> set[str]:
    """List the agencies that may speak there."""
    known: set[str] = set()
    async with offices.office("registration") as office:
        after: dict[str, str] = {}
        while True:
            page = await office.ask("GET", "/agencies", params=after)
            known |= {item["slug"] for item in page["items"] if not item["revoked"]}
            if not page["next"]:
                return known
            after = {"after": page["next"]}
