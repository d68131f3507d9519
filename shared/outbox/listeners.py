"""The listeners of a service's topic, asked over HTTP how far they have heard. Only those who need it load an HTTP client."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.http.client import HttpClient, ServiceAway, ServiceRefused
from shared.kafka.records import Said
from shared.outbox.history import Heard, ListenerAway


class Listeners:
    """Asks all listeners of one topic for their bookmarks."""

    def __init__(self, topic: str, urls: Sequence[str], service_key: str) -> None:
        self.topic = topic
        self._clients = [HttpClient("a listener", url, service_key, timeout=5) for url in urls]

    async def heard(self) -> list[dict[int, int]]:
        """Give the positions that each has taken in, by partition. Raises `ListenerAway` unless all answer."""
        return [{int(n): int(each["position"]) for n, each in answer.items()} for answer in await self._bookmarks()]

    async def last_heard(self) -> list[Heard]:
        """Give the last event that each has taken in from each partition. Raises `ListenerAway` unless all answer."""
        answers = zip(self._clients, await self._bookmarks(), strict=True)
        return [
            Heard(f"the listener at {client.url}", int(partition), Said(int(each["position"]), UUID(each["id"])))
            for client, answer in answers
            for partition, each in answer.items()
            if each["id"]
        ]

    async def close(self) -> None:
        """Close the connections."""
        await asyncio.gather(*(client.close() for client in self._clients))

    async def _bookmarks(self) -> list[dict[str, dict[str, Any]]]:
        asked = (client.ask("GET", f"/bookmarks/{self.topic}") for client in self._clients)
        try:
            return list(await asyncio.gather(*asked))
        except (ServiceAway, ServiceRefused) as why:
            raise ListenerAway(str(why)) from None
