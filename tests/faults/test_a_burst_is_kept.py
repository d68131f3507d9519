"""A hundred thousand layoffs at once, more than the broker can hold, while the services that hear of them are frozen."""

import asyncio
import signal
import time

import httpx
import msgspec

from deploy.embedded.stack import Stack
from shared.topology import SERVICES
from tests.faults.test_the_stack_is_killed_in_mid_programme import kill_whole
from tests.played import balance_of, stack_in

LAYOFFS = 100_000
BATCH = 1_000
TOO_MANY = 50_000
"""Layoffs that the broker cannot hold: it keeps 5 MiB for each of four partitions."""
LISTENERS = ("training", "placement", "notification")


def layoff(n: int) -> dict:
    """A layoff of someone who does not exist: no district is numbered 00."""
    data = {
        "on": "2021-09-06",
        "kind": "laid-off",
        "wants": ["training"],
        "wishes": ["sewing"],
        "person": {"nik": f"330600{n // 9_000:06d}{1_000 + n % 9_000}", "name": f"Contoh {n}"},
    }
    return {"specversion": "1.0", "type": "pulih.layoff.reported.v1", "source": "/burst", "id": str(n), "data": data}


async def post_all(stack: Stack, key: str) -> int:
    """Post everything, eight requests at a time; gives how many were accepted."""
    turn = asyncio.Semaphore(8)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/cloudevents-batch+json"}

    async def one(http: httpx.AsyncClient, first: int) -> int:
        content = msgspec.json.encode([layoff(n) for n in range(first, first + BATCH)])
        while True:
            async with turn:
                answer = await http.post("/events", content=content)
            if answer.status_code == 503:
                await asyncio.sleep(float(answer.headers["Retry-After"]))
                continue
            assert answer.status_code == 202, answer.text[:500]
            return sum(receipt["outcome"] == "accepted" for receipt in answer.json()["receipts"])

    async with httpx.AsyncClient(base_url=stack.urls["registration"], headers=headers, timeout=120) as http:
        return sum(await asyncio.gather(*(one(http, first) for first in range(0, LAYOFFS, BATCH))))


async def admitted(stack: Stack) -> str:
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {stack.operator_key}"}) as http:
        form = {"slug": "disnaker-purworejo", "name": "Disnaker", "role": "office"}
        return (await http.post(f"{stack.urls['registration']}/agencies", json=form)).json()["key"]


async def figures(stack: Stack, service: str) -> dict[str, int]:
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {stack.operator_key}"}, timeout=60) as http:
        return (await http.get(f"{stack.urls[service]}/audit?audited=false")).json()["figures"]


async def test_all_arrive_and_a_crash_afterwards_is_recovered_from(folder):
    async with stack_in(folder) as stack:
        key = await admitted(stack)
        for name in LISTENERS:
            stack.processes[name].send_signal(signal.SIGSTOP)
        posting = asyncio.create_task(post_all(stack, key))
        while (await figures(stack, "registration"))["workers"] < TOO_MANY:
            await asyncio.sleep(0.5)
        for name in LISTENERS:
            stack.processes[name].send_signal(signal.SIGCONT)
        assert await posting == LAYOFFS
        async with asyncio.timeout(240):
            while (await figures(stack, "notification"))["messages.worker"] < 2 * LAYOFFS:
                await asyncio.sleep(1)
        assert (await figures(stack, "training"))["waiting"] == LAYOFFS
        balance = await balance_of(stack)
        assert [check.findings for check in balance.checks if not check.holds] == []
        stack._stopping = True  # or it would start again what is killed here
        for process in stack.processes.values():
            kill_whole(process.pid)
    began = time.monotonic()
    async with stack_in(folder) as stack:
        print(f"serving {time.monotonic() - began:.1f} s after a crash with {LAYOFFS:,} workers")
        assert (await figures(stack, "registration"))["workers"] == LAYOFFS
        assert set(stack.urls) == set(SERVICES)
        balance = await balance_of(stack)
        assert [check.findings for check in balance.checks if not check.holds] == []
