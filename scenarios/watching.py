"""Watches the four services' books: how far they are, and whether everyone has heard everything that was said."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from scenarios import measures
from scenarios.doors import Doors, PlayFailed
from shared.topology import SERVICES

LOOK_SECONDS = 0.3


@dataclass(frozen=True)
class Look:
    """The books of all four services, read one after the other."""

    accounts: Mapping[str, Mapping[str, Any]]

    @property
    def figures(self) -> dict[str, dict[str, int]]:
        """Every service's figures by name."""
        return {service: account["figures"] for service, account in self.accounts.items()}

    @property
    def events(self) -> int:
        """How many events the four services have said."""
        return sum(account["journal"]["rows"] for account in self.accounts.values())

    def count(self, measure: str) -> int:
        """Read a measure, such as `training.graduated`, from the figures."""
        return measures.read(measure, self.figures)

    @property
    def progress(self) -> list[Any]:
        """What changes whenever anything happens at all."""
        return [(account["journal"], account["heard"]) for account in self.accounts.values()]

    def unheard(self) -> str | None:
        """Say what somebody has yet to hear, if anything."""
        for listener, account in self.accounts.items():
            for speaker, partitions in account["heard"].items():
                said = self.accounts[speaker]["journal"]["rows"]
                heard = sum(place["heard"] for place in partitions.values())
                if heard < said:
                    return f"{listener} has heard {heard:,} of the {said:,} events that {speaker} said"
        return None


class Watch:
    """Looks at the books again and again."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    async def look(self) -> Look:
        """Look once, without the services' own audit of their books."""
        reads = (self._doors.read(service, "/audit", audited="false") for service in SERVICES)
        return Look(dict(zip(SERVICES, await asyncio.gather(*reads), strict=True)))

    async def until_quiet(self, what: str) -> Look:
        """Wait until everyone has heard everything. Raises `PlayFailed` when nothing moves for as long as we are patient.

        Two looks that are the same, one after the other, were both true at the moment between them.
        """
        before, moved = await self.look(), monotonic()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = await self.look()
            if now.progress != before.progress:
                before, moved = now, monotonic()
                continue
            why = now.unheard()
            if why is None:
                return now
            if monotonic() - moved > self._doors.patience:
                raise PlayFailed(
                    f"{what} is not through: nothing has moved for {self._doors.patience:.0f} s, and {why}"
                )
