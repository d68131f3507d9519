"""The agencies' way to the four services: public HTTP, each with its own key, patient while a service is away."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from time import monotonic
from types import TracebackType
from typing import Any, Self

import httpx

from scenarios.model import Scenario
from scenarios.said import Saying, batch
from shared.events import type_of

BATCH = 500
AT_ONCE = 4
"""Requests under way at a time."""
PAGE = 1_000
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 3.0
"""Seconds between two tries while a service is away."""

Receipt = dict[str, Any]


class PlayFailed(Exception):
    """A scenario cannot go on; the message is one sentence that says what did not happen."""


class Doors:
    """HTTP at the services' doors; a service that is away is asked again for `patience` seconds."""

    def __init__(self, urls: Mapping[str, str], operator_key: str, *, patience: float) -> None:
        self.patience = patience
        self.keys: dict[str, str] = {}
        """Each agency's key."""
        self._operator_key = operator_key
        self._urls = urls
        self._http = httpx.AsyncClient(timeout=60, trust_env=False)
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def ask(
        self,
        service: str,
        path: str,
        *,
        agency: str | None = None,
        method: str = "GET",
        **more: Any,  # noqa: ANN401  JSON is what it is
    ) -> httpx.Response:
        """Ask a service, as an agency or as the operator. Raises `PlayFailed` when it stays away for too long."""
        key = self.keys[agency] if agency else self._operator_key
        headers = {"Authorization": f"Bearer {key}", **more.pop("headers", {})}
        pause, began = FIRST_PAUSE, monotonic()
        while True:
            try:
                answer = await self._http.request(method, self._urls[service] + path, headers=headers, **more)
            except httpx.TransportError as fault:
                why = str(fault) or type(fault).__name__
            else:
                if answer.status_code < 500 and answer.status_code != httpx.codes.TOO_MANY_REQUESTS:  # noqa: PLR2004  HTTP's own number
                    return answer
                why = f"it answers {answer.status_code}"
                pause = max(pause, float(answer.headers.get("Retry-After", 0)))
            if monotonic() - began > self.patience:
                raise PlayFailed(f"{service} did not take {path} for {self.patience:.0f} s: {why}")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def read(self, service: str, path: str, *, agency: str | None = None, **params: Any) -> Any:  # noqa: ANN401  JSON is what it is
        """Read JSON. Raises `PlayFailed` with the service's own sentence where it refuses."""
        answer = await self.ask(service, path, agency=agency, params=params)
        if not answer.is_success:
            raise PlayFailed(f"{service} refused {path}: {sentence_of(answer)}")
        return answer.json()

    async def every(self, service: str, path: str, *, agency: str, **params: Any) -> list[dict[str, Any]]:  # noqa: ANN401  JSON is what it is
        """Read a list to its end, page by page."""
        found: list[dict[str, Any]] = []
        while True:
            page = await self.read(service, path, agency=agency, limit=PAGE, **params)
            found += page["items"]
            if page["next"] is None:
                return found
            params["after"] = page["next"]

    async def say(self, scenario: Scenario, sayings: Sequence[Saying]) -> dict[str, Receipt]:
        """Post events as their agencies; gives each event's receipt by its id, whatever it says."""
        by_agency: dict[str, list[Saying]] = defaultdict(list)
        for saying in sayings:
            by_agency[saying.agency].append(saying)
        posts = [
            self._post(scenario, agency, said[first : first + BATCH])
            for agency, said in by_agency.items()
            for first in range(0, len(said), BATCH)
        ]
        answered: dict[str, Receipt] = {}
        for receipts in await asyncio.gather(*posts):
            answered |= receipts
        return answered

    async def _post(self, scenario: Scenario, agency: str, said: Sequence[Saying]) -> dict[str, Receipt]:
        async with self._turn:
            answer = await self.ask(
                "registration",
                "/events",
                agency=agency,
                method="POST",
                content=batch(scenario, said),
                headers={"Content-Type": "application/cloudevents-batch+json"},
            )
        try:
            receipts = answer.json()["receipts"]
        except (ValueError, KeyError, TypeError):
            kind = type_of(said[0].type)
            raise PlayFailed(f"the desk refused {agency}'s {kind}: {sentence_of(answer)}") from None
        return {saying.id: receipt for saying, receipt in zip(said, receipts, strict=True)}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()


def sentence_of(answer: httpx.Response) -> str:
    """Give a service's own words for why not."""
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"it answered {answer.status_code}"
