"""The days of a programme: the clock of a practice stack is moved from each to the next, so that what is said is said on its day."""

import asyncio
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

import httpx

from scenarios.agency_clients import AgencyClients, PlayFailed
from scenarios.events import ScenarioEvent
from shared.http.client import sentence_of
from shared.topology import SERVICES


class Calendar:
    """The day on a practice stack's clock. It begins with a programme's first day, and never goes back within it."""

    def __init__(self, clients: AgencyClients) -> None:
        self._clients = clients
        self.today: date | None = None

    async def reach(self, day: date) -> None:
        """Let it be this day in all four services, unless it is that day or a later one. Raises `PlayFailed`."""
        if self.today is None or day > self.today:
            await asyncio.gather(*(self._move(service, day) for service in SERVICES))
            self.today = day

    async def go_on(self, days: int) -> None:
        """Let so many days go by. Raises `PlayFailed`."""
        if self.today is not None:
            await self.reach(self.today + timedelta(days=days))

    async def _move(self, service: str, day: date) -> None:
        response = await self._clients.send(service, "/clock", method="POST", json={"today": day.isoformat()})
        if response.status_code != httpx.codes.OK:
            raise PlayFailed(f"the clock was not moved: {sentence_of(service, response)}")


def by_day(events: Iterable[ScenarioEvent]) -> list[tuple[date, list[ScenarioEvent]]]:
    """Put events into the order of their days; those of one day stay in their order."""
    in_order = sorted(events, key=_day)
    return [(day, list(group)) for day, group in groupby(in_order, key=_day)]


def _day(event: ScenarioEvent) -> date:
    day: date = event.data["on"]
    return day
