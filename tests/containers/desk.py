"""An employer at the front desk of a running stack."""

import asyncio
from contextlib import asynccontextmanager
from time import monotonic

import httpx


class Desk:
    """An employer at the front desk who reports one layoff after the other, and remembers each answer."""

    def __init__(self, url: str, key: str, today: str) -> None:
        self.today = today
        self.http = httpx.AsyncClient(
            base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=10, trust_env=False
        )
        self.accepted: list[str] = []
        self.problems: list[httpx.Response] = []
        self.posted = 0

    async def report(self) -> None:
        self.posted += 1
        answer = await self.http.post(
            "/events",
            headers={"Content-Type": "application/cloudevents+json"},
            json={
                "specversion": "1.0",
                "id": f"layoff-{self.posted}",
                "source": "/pabrik",
                "type": "pulih.layoff.reported.v1",
                "data": {
                    "person": {
                        "nik": f"330601{self.posted // 9_000:06d}{1_000 + self.posted % 9_000}",
                        "name": f"Pekerja {self.posted}",
                        "region": "33.06",
                    },
                    "kind": "laid-off",
                    "on": self.today,
                    "wants": ["training"],
                },
            },
        )
        if answer.status_code == 202:
            self.accepted += [receipt["worker"] for receipt in answer.json()["receipts"]]
        else:
            self.problems.append(answer)

    async def report_for(self, seconds: float) -> None:
        async with asyncio.timeout(seconds + 15):
            until = monotonic() + seconds
            while monotonic() < until:
                await self.report()
                await asyncio.sleep(0.05)


@asynccontextmanager
async def at_the_desk(stack):
    """Admit an employer to a stack, and let it stand at the desk."""
    form = {"slug": "pabrik", "name": "Pabrik Contoh", "role": "employer"}
    async with httpx.AsyncClient(base_url=stack.url("registration"), trust_env=False) as http:
        key = {"Authorization": f"Bearer {stack.operator_key}"}
        admitted = await http.post("/agencies", json=form, headers=key)
        today = (await http.get("/clock")).json()["today"]
    desk = Desk(stack.url("registration"), admitted.json()["key"], today)
    yield desk
    await desk.http.aclose()
