"""Latency in an open loop: each post is due at a time that was fixed beforehand, so that a stall counts for all it delays."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from benchmarks import lives
from benchmarks.caller import Caller
from benchmarks.desk import ALONE
from benchmarks.figures import percentile
from benchmarks.running import NotSettled, RunningServices, running_on
from benchmarks.stacks import PARTITIONS, Stack

CALLERS = 64
RUN_UP_SECONDS = 2.0
DRAIN_SECONDS = 30.0
ENROLLED, DELIVERED = b"pulih.worker.enrolled.v1", b"pulih.notification.delivered.v1"


class Watch:
    """Hears what training and notification say, and when it arrived."""

    def __init__(self) -> None:
        self.enrolled: dict[str, float] = {}
        """Worker -> when the enrolment was heard."""
        self.worker_of: dict[str, str] = {}
        """The enrolment's event id -> worker."""
        self.told: dict[str, float] = {}
        """The event that a worker was told of -> when the message was."""

    async def listen(self, consumer: AIOKafkaConsumer) -> None:
        """Take everything down, until cancelled."""
        while True:
            batches = await consumer.getmany(timeout_ms=1_000)
            now = monotonic()
            for records in batches.values():
                for record in records:
                    headers = dict(record.headers)
                    if headers["ce_type"] == ENROLLED:
                        worker = record.key.decode()
                        self.enrolled[worker] = now
                        self.worker_of[headers["ce_id"].decode()] = worker
                    elif headers["ce_type"] == DELIVERED:
                        data = msgspec.json.decode(record.value)
                        if data["to"] == "worker":
                            self.told[data["event"]] = now


async def run(stack: Stack, *, rates: list[int], seconds: float, repetitions: int) -> list[dict[str, Any]]:
    """Measure at each rate (workers a second), in turns."""
    async with running_on(stack) as running:
        turns = rates * repetitions
        total = sum(int(rate * (seconds + RUN_UP_SECONDS)) for rate in turns)
        desk = await Caller.at(
            running.url("registration"),
            {"Authorization": f"Bearer {running.keys['training-provider']}", **lives.CONTENT},
        )
        for body in lives.batches(list(lives.courses(total))):
            await desk.post("/events", body)
        desk.close()
        await running.settled()
        measured, first = [], 0
        async with _watching(stack, running) as watch:
            for rate in turns:
                measured.append(await _at(running, watch, rate, seconds, first))
                first += int(rate * (seconds + RUN_UP_SECONDS))
                await running.settled()
        return measured


async def _at(running: RunningServices, watch: Watch, rate: int, seconds: float, first: int) -> dict[str, Any]:
    bodies = [msgspec.json.encode(lives.layoff(first + n)) for n in range(int(rate * (seconds + RUN_UP_SECONDS)))]
    headers = {"Authorization": f"Bearer {running.keys['office']}", **ALONE}
    free: asyncio.Queue[Caller] = asyncio.Queue()
    for _ in range(CALLERS):
        free.put_nowait(await Caller.at(running.url("registration"), headers))
    due_of: dict[str, float] = {}
    acknowledged: list[float] = []
    began = monotonic() + 0.5

    async def one(nth: int) -> None:
        due = began + nth / rate
        caller = await free.get()  # where none is free, the wait counts
        status, answer = await caller.post("/events", bodies[nth])
        free.put_nowait(caller)
        if status != 202:
            raise NotSettled(f"the desk answered {status}: {answer[:300]!r}")
        if due - began >= RUN_UP_SECONDS:
            acknowledged.append(monotonic() - due)
            due_of[msgspec.json.decode(answer)["receipts"][0]["worker"]] = due

    async with asyncio.TaskGroup() as group:
        for nth in range(len(bodies)):
            await asyncio.sleep(max(0.0, began + nth / rate - monotonic()))
            group.create_task(one(nth))
    await _heard(watch, due_of)
    enrolled = [watch.enrolled[worker] - due for worker, due in due_of.items()]
    told_at = {watch.worker_of[event]: at for event, at in watch.told.items() if event in watch.worker_of}
    told = [told_at[worker] - due for worker, due in due_of.items()]
    while not free.empty():
        free.get_nowait().close()
    return {
        "workers_a_second": rate,
        "workers": len(due_of),
        **{
            f"{name}_{label}_ms": percentile(took, share) * 1000
            for name, took in (("acknowledged", acknowledged), ("enrolled", enrolled), ("told", told))
            for label, share in (("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999))
        },
    }


async def _heard(watch: Watch, due_of: dict[str, float]) -> None:
    deadline = monotonic() + DRAIN_SECONDS
    while True:
        told = {watch.worker_of.get(event) for event in watch.told}
        missing = [worker for worker in due_of if worker not in watch.enrolled or worker not in told]
        if not missing:
            return
        if monotonic() > deadline:
            raise NotSettled(f"{len(missing)} workers were not told of a seat in {DRAIN_SECONDS:.0f} s")
        await asyncio.sleep(0.2)


@asynccontextmanager
async def _watching(stack: Stack, running: RunningServices) -> AsyncIterator[Watch]:
    consumer = AIOKafkaConsumer(bootstrap_servers=stack.kafka, enable_auto_commit=False, fetch_max_wait_ms=20)
    await consumer.start()
    places = [
        TopicPartition(f"{running.prefix}{topic}", n)
        for topic in ("training", "notification")
        for n in range(PARTITIONS)
    ]
    consumer.assign(places)
    await consumer.seek_to_end(*places)
    watch = Watch()
    listening = asyncio.create_task(watch.listen(consumer))
    try:
        yield watch
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await consumer.stop()
