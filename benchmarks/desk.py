"""The front desk: single posts from 64 connections, and batches of 500; the same where a flush to disk takes 2 ms longer."""

import asyncio
from collections.abc import Iterator
from itertools import count
from time import perf_counter
from typing import Any

import asyncpg
import msgspec

from benchmarks import lives
from benchmarks.caller import Caller
from benchmarks.figures import percentile
from benchmarks.running import NotSettled, RunningServices, running_on
from benchmarks.stacks import Stack

CONNECTIONS = 64
AT_ONCE = 4
"""Connections that post batches."""
SLOW_DISK_US = 2_000
ALONE = {"Content-Type": "application/cloudevents+json"}


async def run(stack: Stack, *, seconds: float, repetitions: int) -> list[dict[str, Any]]:
    """Measure all four, interleaved; the desk runs alone, with nobody who hears it."""
    measured: list[dict[str, Any]] = []
    async with running_on(stack, ["registration"]) as running:
        workers = count()
        for _ in range(repetitions):
            for slow in (False, True):
                await _flushes_take(stack, SLOW_DISK_US if slow else 0)
                for size, connections in ((1, CONNECTIONS), (lives.BATCH, AT_ONCE)):
                    figures = await _post_for(running, workers, size, connections, seconds)
                    measured.append({"size": size, "connections": connections, "slow_disk": slow, **figures})
        await _flushes_take(stack, 0)
        await running.settled()
        accepted = (await running.ask("registration", "/audit"))["figures"]["accepted"]
        if accepted != sum(each["events"] for each in measured):
            raise NotSettled(f"the desk kept {accepted} events, and acknowledged another number")
    return measured


async def _post_for(
    running: RunningServices, workers: Iterator[int], size: int, connections: int, seconds: float
) -> dict[str, float]:
    """Post for so many seconds, each connection one request after another."""
    took: list[float] = []
    headers = {"Authorization": f"Bearer {running.keys['office']}", **(ALONE if size == 1 else lives.CONTENT)}
    callers = [await Caller.at(running.url("registration"), headers) for _ in range(connections)]
    began = perf_counter()

    async def one_caller(caller: Caller) -> None:
        while (now := perf_counter()) - began < seconds:
            events = [lives.layoff(next(workers)) for _ in range(size)]
            body = msgspec.json.encode(events[0] if size == 1 else events)
            sent = perf_counter() if size > 1 else now
            status, answer = await caller.post("/events", body)
            if status != 202:
                raise NotSettled(f"the desk answered {status}: {answer[:300]!r}")
            took.append(perf_counter() - sent)

    await asyncio.gather(*map(one_caller, callers))
    lasted = perf_counter() - began
    for caller in callers:
        caller.close()
    return {
        "requests": len(took),
        "events": len(took) * size,
        "requests_a_second": len(took) / lasted,
        "events_a_second": len(took) * size / lasted,
        "p50_ms": percentile(took, 0.5) * 1000,
        "p99_ms": percentile(took, 0.99) * 1000,
    }


async def _flushes_take(stack: Stack, microseconds: int) -> None:
    """Let every flush of the write-ahead log take so much longer (PostgreSQL's `commit_delay`)."""
    connection = await asyncpg.connect(stack.admin_url)
    await connection.execute("ALTER SYSTEM SET commit_siblings = 0")
    await connection.execute(f"ALTER SYSTEM SET commit_delay = {microseconds}")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()
    await asyncio.sleep(0.2)
