"""The chain: whole lives from the desk to a placement, through all four services as processes, posted over HTTP in batches."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from time import monotonic
from typing import Any

import msgspec

from benchmarks import footprint, lives
from benchmarks.caller import Caller
from benchmarks.running import NotSettled, RunningServices, running_on
from benchmarks.stacks import Stack

AT_ONCE = 2
"""Requests that are under way at a time."""
PAGE = 1_000
LOOK_SECONDS = 0.2


@dataclass
class Lived:
    """One run of so many workers."""

    stack: str
    workers: int
    seconds: float
    events: int
    workers_a_second: float
    events_a_second: float
    processor_us: dict[str, float]
    """Microseconds of processor time for each worker, by service."""
    memory_mb: dict[str, list[float]] = field(default_factory=dict)
    """By service: before the first worker, and after the last."""
    footprint: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Give it as JSON."""
        return asdict(self)


async def run(stack: Stack, workers: int, *, with_footprint: bool = False) -> Lived:
    """Take so many workers through their whole way. Raises `NotSettled` where not everybody was placed, once."""
    workers -= workers % lives.SEATS
    async with running_on(stack) as running:
        await _prepare(running, workers)
        reports = lives.batches([lives.layoff(n) for n in range(workers)])
        memory, said, busy = running.memory(), await _said(running), running.processor_seconds()
        began = monotonic()
        async with asyncio.TaskGroup() as callers:
            callers.create_task(_graduate(running, workers))
            callers.create_task(_hire(running, workers))
            callers.create_task(_report(running, reports))
        seconds = await running.settled() - began
        events = await _said(running) - said
        spent = running.processor_seconds()
        await _check(running, workers)
        lived = Lived(
            stack=stack.kind,
            workers=workers,
            seconds=seconds,
            events=events,
            workers_a_second=workers / seconds,
            events_a_second=events / seconds,
            processor_us={name: (spent[name] - busy[name]) / workers * 1e6 for name in spent},
            memory_mb={name: [memory[name], after] for name, after in running.memory().items()},
        )
        if with_footprint:
            lived.footprint = await footprint.of(running, workers)
        return lived


async def _prepare(running: RunningServices, workers: int) -> None:
    """Offer the courses and post the vacancies; nobody is timed yet."""
    for agency, events in (("training-provider", lives.courses(workers)), ("job-exchange", lives.vacancies(workers))):
        desk = await _desk(running, agency)
        for body in lives.batches(list(events)):
            await _post(desk, body)
        desk.close()
    await running.settled()
    for service in running.programs:
        await running.rows(service, "ANALYZE")


async def _report(running: RunningServices, reports: Sequence[bytes]) -> None:
    """Report everybody."""
    waiting = list(reports)[::-1]

    async def one_caller() -> None:
        office = await _desk(running, "office")
        while waiting:
            await _post(office, waiting.pop())
        office.close()

    await asyncio.gather(*(one_caller() for _ in range(AT_ONCE)))


async def _graduate(running: RunningServices, workers: int) -> None:
    """Let whoever has a seat graduate at once."""
    await _follow(
        running,
        workers,
        "training-provider",
        ("training", "/participants", "in-training", "enrolment"),
        lambda item: lives.result(item["worker"], item["course"]),
    )


async def _hire(running: RunningServices, workers: int) -> None:
    """Take on whoever is referred."""
    await _follow(
        running,
        workers,
        "job-exchange",
        ("placement", "/referrals", "open", "referral"),
        lambda item: lives.hire(item["worker"], item["vacancy"]),
    )


async def _follow(
    running: RunningServices,
    workers: int,
    agency: str,
    listed: tuple[str, str, str, str],
    answer: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    """Read a list of a service (its name, the path, the state, the cursor) as it grows, and answer each of its items."""
    service, path, state, cursor = listed
    desk = await _desk(running, agency)
    answered, after, moved = 0, "00000000-0000-0000-0000-000000000000", monotonic()
    while answered < workers:
        page = await running.ask(service, path, agency=agency, params={"state": state, "after": after, "limit": PAGE})
        items = page["items"]
        for first in range(0, len(items), lives.BATCH):
            await _post_facts(desk, [answer(item) for item in items[first : first + lives.BATCH]])
        answered += len(items)
        if items:
            after, moved = items[-1][cursor], monotonic()
        elif monotonic() - moved > 120:
            raise NotSettled(f"{path} named only {answered} of {workers} workers")
        if len(items) < PAGE:
            await asyncio.sleep(LOOK_SECONDS)
    desk.close()


async def _post_facts(desk: Caller, events: Sequence[dict[str, Any]]) -> None:
    """Post facts; the desk may hear a moment later what gives their agency a relation to the worker."""
    left = list(events)
    while left:
        receipts = await _post(desk, msgspec.json.encode(left))
        early = [event for event, receipt in zip(left, receipts, strict=True) if receipt["outcome"] == "refused"]
        if early:
            await asyncio.sleep(LOOK_SECONDS)
        left = early


async def _desk(running: RunningServices, agency: str) -> Caller:
    return await Caller.at(
        running.url("registration"), {"Authorization": f"Bearer {running.keys[agency]}", **lives.CONTENT}
    )


async def _post(desk: Caller, body: bytes) -> list[dict[str, Any]]:
    while True:
        status, answer = await desk.post("/events", body)
        if status == 503:  # the desk is full: a good caller comes back
            await asyncio.sleep(0.2)
            continue
        receipts: list[dict[str, Any]] = msgspec.json.decode(answer).get("receipts", [])
        if not receipts or any("retry_after" not in receipt.get("problem", {"retry_after": 0}) for receipt in receipts):
            raise NotSettled(f"the desk answered {status}: {answer[:300]!r}")
        return receipts


async def _said(running: RunningServices) -> int:
    counts = [await running.rows(name, "SELECT count(*) AS n FROM journal") for name in running.programs]
    return sum(rows[0]["n"] for rows in counts)


async def _check(running: RunningServices, workers: int) -> None:
    """Everybody is placed, nobody twice, nothing was buried, no rule of the audit is broken."""
    audits = {name: await running.ask(name, "/audit") for name in running.programs}
    wrong = [f"{name}: {audit['broken_rules']}" for name, audit in audits.items() if audit["broken_rules"]]
    wrong += [f"{name} has dead letters" for name, audit in audits.items() if audit["dead_letters"]]
    must = {
        "registration": {"workers": workers, "spells.placed": workers},
        "training": {"graduated": workers},
        "placement": {"placed.hired": workers},
        "notification": {"messages.worker": 5 * workers},
    }
    for name, figures in must.items():
        found = audits[name]["figures"]
        wrong += [
            f"{name}: {figure} is {found.get(figure)}, not {value}"
            for figure, value in figures.items()
            if found.get(figure) != value
        ]
    if wrong:
        raise NotSettled("; ".join(wrong)[:2_000])
