"""Opens the four offices' books, at a moment when nothing moves, and has them judged."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from time import monotonic
from typing import Any

from cli.auditing.balance import Accounts, at_rest, judge
from cli.auditing.findings import Balance, Check, Finding
from cli.auditing.whereabouts import Whereabouts
from cli.client import ServiceClient, Services
from cli.errors import Unreachable
from shared.topology import SERVICES

LOOK_SECONDS = 0.5
WHO_HAS_WORKERS = ("registration", "training", "placement")


async def audit(offices: Services, *, patience: float = 30.0) -> Balance:
    """Wait until nothing moves, for so many seconds at most, then judge. Raises what `ServiceClient.ask` raises.

    Where it does not come to rest, it is judged all the same, and one more check says so.
    """
    async with AsyncExitStack() as opened:
        clients = {service: await opened.enter_async_context(offices.office(service)) for service in SERVICES}
        deadline = monotonic() + patience
        while True:
            late = monotonic() > deadline
            try:
                before = await _accounts(clients, audited=False)
                if late or at_rest(before):
                    whereabouts = await _whereabouts(clients)
                    accounts = await _accounts(clients, audited=True)
                    if _journals(before) == _journals(accounts):
                        return judge(accounts, whereabouts)
                    if late:
                        return _in_motion(judge(accounts, whereabouts), patience)
            except Unreachable:
                if late:
                    raise
            await asyncio.sleep(LOOK_SECONDS)


async def _accounts(clients: Mapping[str, ServiceClient], *, audited: bool) -> Accounts:
    """Open the books. Rules are judged over whole tables, so they are asked for only when all is at rest."""
    params = {"audited": str(audited).lower()}
    answers = await asyncio.gather(*(client.ask("GET", "/audit", params=params) for client in clients.values()))
    return dict(zip(clients, answers, strict=True))


async def _whereabouts(clients: Mapping[str, ServiceClient]) -> Whereabouts:
    lists = await asyncio.gather(*(_everyone(clients[service]) for service in WHO_HAS_WORKERS))
    return dict(zip(WHO_HAS_WORKERS, lists, strict=True))


async def _everyone(client: ServiceClient) -> list[tuple[str, int, str]]:
    """Read one office's list to its end, page by page."""
    everyone: list[tuple[str, int, str]] = []
    after: dict[str, str] = {}
    while page := await client.ask("GET", "/whereabouts", params=after):
        everyone += [(worker, spell, state) for worker, spell, state in page]
        after = {"after": page[-1][0]}
    return everyone


def _journals(accounts: Accounts) -> dict[str, Any]:
    return {service: account["journal"]["position"] for service, account in accounts.items()}


def _in_motion(balance: Balance, patience: float) -> Balance:
    finding = Finding(f"events were still being said after {patience:.0f} s; what else is found may be in motion")
    return Balance([Check("nothing moves", f"{len(SERVICES)} offices", [finding]), *balance.checks])
