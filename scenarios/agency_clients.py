"""The agencies' clients: each agency asks the four services by HTTP with its own key, and waits while one is away."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from time import monotonic
from types import TracebackType
from typing import Any, Self, Unpack

import httpx

from scenarios.events import ScenarioEvent, batch
from scenarios.model import Scenario
from shared.backoff import Backoff
from shared.events import type_of
from shared.http.client import Content, HttpClient, ServiceAway, ServiceRefused, retry_after_of, sentence_of

BATCH = 500
"""Events in one post."""
AT_ONCE = 4
"""Posts under way at a time."""
PAGE = 1_000
RELATION_PATIENCE = 60.0
"""Seconds for which what lacks a relation is posted again."""
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 3.0
"""Seconds between two tries while a service is away."""

Receipt = dict[str, Any]


class PlayFailed(Exception):
    """A scenario cannot go on; the message is one sentence that says what did not happen."""


class PatientClient(HttpClient):
    """A client of one service that is asked again, for `patience` seconds, while it is away or has too much to do."""

    def __init__(self, service: str, url: str, key: str, *, patience: float) -> None:
        super().__init__(service, url, key)
        self.patience = patience

    async def send(self, method: str, path: str, *, key: str | None = None, **more: Unpack[Content]) -> httpx.Response:
        """Send one request and give the response. Raises `PlayFailed` where the service stays away for too long."""
        pauses, began = Backoff(FIRST_PAUSE, LONGEST_PAUSE), monotonic()
        while True:
            pause = pauses.next()
            try:
                response = await super().send(method, path, key=key, **more)
            except ServiceAway as away:
                why = away.sentence
            else:
                if not response.is_server_error and response.status_code != httpx.codes.TOO_MANY_REQUESTS:
                    return response
                why = sentence_of(self.service, response)
                pause = max(pause, retry_after_of(response) or 0)
            if monotonic() - began > self.patience:
                raise PlayFailed(f"{self.service} did not take {path} for {self.patience:.0f} s: {why}")
            await asyncio.sleep(pause)


class AgencyClients:
    """A patient client of each service, which speaks as any of the agencies or as the operator."""

    def __init__(self, urls: Mapping[str, str], operator_key: str, *, patience: float) -> None:
        self.patience = patience
        self.keys: dict[str, str] = {}
        """Each agency's key."""
        self._clients = {
            service: PatientClient(service, url, operator_key, patience=patience) for service, url in urls.items()
        }
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def send(
        self, service: str, path: str, *, agency: str | None = None, method: str = "GET", **more: Unpack[Content]
    ) -> httpx.Response:
        """Ask a service, as an agency or as the operator. Raises `PlayFailed` when it stays away for too long."""
        return await self._clients[service].send(method, path, key=self._key(agency), **more)

    async def read(self, service: str, path: str, *, agency: str | None = None, **params: Any) -> Any:  # noqa: ANN401  the caller knows what the path answers, and takes
        """Read JSON. Raises `PlayFailed` with the service's own sentence where it refuses."""
        try:
            return await self._clients[service].ask("GET", path, key=self._key(agency), params=params)
        except ServiceRefused as refused:
            raise _refused(service, path, refused) from None

    async def items(self, service: str, path: str, *, agency: str) -> list[dict[str, Any]]:
        """Read a list to its end, page by page. Raises `PlayFailed` as `read` does."""
        client = self._clients[service]
        try:
            return [item async for item in client.items(path, key=self._key(agency), limit=PAGE)]
        except ServiceRefused as refused:
            raise _refused(service, path, refused) from None

    def _key(self, agency: str | None) -> str | None:
        return self.keys[agency] if agency else None

    async def post(self, scenario: Scenario, events: Sequence[ScenarioEvent]) -> dict[str, Receipt]:
        """Post events as their agencies; gives each event's receipt by its id, whatever the receipt says.

        What is refused for lack of a relation is posted again for a minute: the desk may hear of the relation meanwhile.
        """
        receipts = await self._post(scenario, events)
        deadline = monotonic() + RELATION_PATIENCE
        while early := [event for event in events if "retry_after" in (receipts[event.id].get("problem") or {})]:
            pause = max(receipts[event.id]["problem"]["retry_after"] for event in early)
            if monotonic() + pause > deadline:
                break
            await asyncio.sleep(pause)
            receipts |= await self._post(scenario, early)
        return receipts

    async def _post(self, scenario: Scenario, events: Sequence[ScenarioEvent]) -> dict[str, Receipt]:
        by_agency: dict[str, list[ScenarioEvent]] = defaultdict(list)
        for event in events:
            by_agency[event.agency].append(event)
        posts = [
            self._post_batch(scenario, agency, own[first : first + BATCH])
            for agency, own in by_agency.items()
            for first in range(0, len(own), BATCH)
        ]
        receipts: dict[str, Receipt] = {}
        for each in await asyncio.gather(*posts):
            receipts |= each
        return receipts

    async def _post_batch(self, scenario: Scenario, agency: str, events: Sequence[ScenarioEvent]) -> dict[str, Receipt]:
        async with self._turn:
            response = await self.send(
                "registration",
                "/events",
                agency=agency,
                method="POST",
                content=batch(scenario, events),
                headers={"Content-Type": "application/cloudevents-batch+json"},
            )
        try:
            receipts = response.json()["receipts"]
        except (ValueError, KeyError, TypeError):
            why = sentence_of("registration", response)
            raise PlayFailed(f"registration refused {agency}'s {type_of(events[0].type)}: {why}") from None
        return {event.id: receipt for event, receipt in zip(events, receipts, strict=True)}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self._clients.values():
            await client.close()


def _refused(service: str, path: str, refused: ServiceRefused) -> PlayFailed:
    return PlayFailed(f"{service} refused {path}: {refused.sentence}")
