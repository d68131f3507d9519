"""Watches the four services' audits: how far they are, and whether every service has heard everything that was said."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from scenarios import measures
from scenarios.agency_clients import AgencyClients, PlayFailed
from shared.topology import SERVICES

SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 0.3
"""Seconds between two looks: a fifth of the time that has gone by, so that what is small is over soon."""


@dataclass(frozen=True)
class Snapshot:
    """The audits of all four services, read at about the same time."""

    audits: Mapping[str, Mapping[str, Any]]

    @property
    def figures(self) -> dict[str, dict[str, int]]:
        """Every service's figures by name."""
        return {service: audit["figures"] for service, audit in self.audits.items()}

    @property
    def events(self) -> int:
        """How many events the four services have said."""
        return sum(audit["journal"]["rows"] for audit in self.audits.values())

    def count(self, measure: str) -> int:
        """Read a measure, such as `training.graduated`, from the figures."""
        return measures.read(measure, self.figures)

    @property
    def progress(self) -> list[Any]:
        """What changes whenever anything happens at all."""
        return [(audit["journal"], audit["heard"]) for audit in self.audits.values()]

    def unheard(self) -> str | None:
        """Name a service that has yet to hear something, if there is one."""
        for listener, audit in self.audits.items():
            for speaker, partitions in audit["heard"].items():
                said = self.audits[speaker]["journal"]["rows"]
                heard = sum(partition["heard"] for partition in partitions.values())
                if heard < said:
                    return f"{listener} has heard {heard:,} of the {said:,} events that {speaker} said"
        return None


class Watch:
    """Reads the audits again and again."""

    def __init__(self, clients: AgencyClients) -> None:
        self._clients = clients

    async def look(self) -> Snapshot:
        """Look once, without the rules, which are judged over whole tables."""
        reads = (self._clients.read(service, "/audit", audited="false") for service in SERVICES)
        return Snapshot(dict(zip(SERVICES, await asyncio.gather(*reads), strict=True)))

    async def until_quiet(self, what: str) -> Snapshot:
        """Wait until every service has heard everything. Raises `PlayFailed` when nothing moves for `patience` seconds.

        Two equal looks, one after the other, were both true at the moment between them.
        """
        began = monotonic()
        before, moved = await self.look(), began
        while True:
            await asyncio.sleep(min(max((monotonic() - began) / 5, SHORTEST_PAUSE), LONGEST_PAUSE))
            now = await self.look()
            if now.progress != before.progress:
                before, moved = now, monotonic()
                continue
            why = now.unheard()
            if why is None:
                return now
            if monotonic() - moved > self._clients.patience:
                raise PlayFailed(
                    f"{what} is not through: nothing has moved for {self._clients.patience:.0f} s, and {why}"
                )
