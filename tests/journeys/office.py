"""What agencies and operators do over HTTP on a whole stack."""

import asyncio
import json
from itertools import count

import httpx

from shared import clock, events
from shared.events import type_of


class Office:
    """What agencies and operators do over HTTP, on a stack with an office and a training centre."""

    def __init__(self, stack):
        self.stack = stack
        self.http = httpx.AsyncClient(timeout=30)
        self.keys, self.numbers = {}, count()

    async def __aenter__(self):
        await self.admit("disnaker", "office")
        await self.admit("blk", "training-provider")
        return self

    async def __aexit__(self, *_):
        await self.http.aclose()

    async def admit(self, slug, role, **more):
        admitted = await self.ask("POST", "/agencies", json={"slug": slug, "name": slug, "role": role, **more})
        self.keys[slug] = admitted.json()["key"]

    async def ask(self, method, path, *, key=None, service="registration", **more):
        """Ask a service; another one than registration hears of an agency's key a moment later."""
        headers = {"Authorization": f"Bearer {key or self.stack.operator_key}", **more.pop("headers", {})}
        for _ in range(50):
            answer = await self.http.request(method, self.stack.urls[service] + path, headers=headers, **more)
            if answer.status_code != httpx.codes.UNAUTHORIZED:
                break
            await asyncio.sleep(0.2)
        assert answer.is_success, answer.text
        return answer

    async def post(self, slug, name, data):
        """Post until the desk has heard what gives the relation; gives the worker's id."""
        event = {"specversion": "1.0", "id": str(next(self.numbers)), "source": "/books"}
        event |= {"type": type_of(getattr(events, name)), "data": {"on": str(clock.today()), **data}}
        for _ in range(50):
            answer = await self.http.post(
                f"{self.stack.urls['registration']}/events",
                content=json.dumps(event),
                headers={"Authorization": f"Bearer {self.keys[slug]}", "Content-Type": "application/cloudevents+json"},
            )
            if answer.is_success:
                return answer.json()["receipts"][0].get("worker")
            await asyncio.sleep(0.2)
        raise AssertionError(answer.text)
