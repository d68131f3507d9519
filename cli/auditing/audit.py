"""Reads the audits of the four services at a moment when nothing moves, and has them judged."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from time import monotonic
from typing import Any

from cli.auditing.balance import Audits, at_rest, judge
from cli.auditing.findings import Balance, Check, Finding
from cli.auditing.whereabouts import Whereabouts
from cli.client import ServiceClient, Services
from cli.errors import Unreachable
from shared.topology import SERVICES

LOOK_SECONDS = 0.5
SERVICES_WITH_WORKERS = ("registration", "training", "placement")


async def audit(services: Services, *, patience: float = 30.0) -> Balance:
    """Wait until nothing moves, at most `patience` seconds, then judge. Raises what `ServiceClient.ask` raises.

    Where something still moves then, one more check says so.
    """
    async with AsyncExitStack() as opened:
        clients = {service: await opened.enter_async_context(services.client(service)) for service in SERVICES}
        deadline = monotonic() + patience
        while True:
            late = monotonic() > deadline
            try:
                before = await _audits(clients, audited=False)
                if late or at_rest(before):
                    whereabouts = await _whereabouts(clients)
                    audits = await _audits(clients, audited=True)
                    if _positions(before) == _positions(audits):
                        return judge(audits, whereabouts)
                    if late:
                        return _in_motion(judge(audits, whereabouts), patience)
            except Unreachable:
                if late:
                    raise
            await asyncio.sleep(LOOK_SECONDS)


async def _audits(clients: Mapping[str, ServiceClient], *, audited: bool) -> Audits:
    """Ask every service for its audit. `audited` has it check its rules too, which reads whole tables."""
    params = {"audited": str(audited).lower()}
    answers = await asyncio.gather(*(client.ask("GET", "/audit", params=params) for client in clients.values()))
    return dict(zip(clients, answers, strict=True))


async def _whereabouts(clients: Mapping[str, ServiceClient]) -> Whereabouts:
    lists = await asyncio.gather(*(_everyone(clients[service]) for service in SERVICES_WITH_WORKERS))
    return dict(zip(SERVICES_WITH_WORKERS, lists, strict=True))


async def _everyone(client: ServiceClient) -> list[tuple[str, int, str]]:
    """Read one service's list to its end, page by page."""
    everyone: list[tuple[str, int, str]] = []
    after: dict[str, str] = {}
    while page := await client.ask("GET", "/whereabouts", params=after):
        everyone += [(worker, spell, state) for worker, spell, state in page]
        after = {"after": page[-1][0]}
    return everyone


def _positions(audits: Audits) -> dict[str, Any]:
    return {service: answer["journal"]["position"] for service, answer in audits.items()}


def _in_motion(balance: Balance, patience: float) -> Balance:
    finding = Finding(
        f"new events were still recorded after {patience:.0f} s; other findings may be events on their way"
    )
    return Balance([Check("nothing moves", f"{len(SERVICES)} services", [finding]), *balance.checks])
