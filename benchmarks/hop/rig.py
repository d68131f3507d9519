"""Measures one way of making the hop: from a filled topic, in a process of its own, to the last event published."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from uuid import uuid4

import asyncpg
import psutil
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from aiokafka.structs import TopicPartition

from benchmarks.hop import judge
from benchmarks.hop.workload import Workload
from benchmarks.stacks import PARTITIONS, Stack
from deploy.embedded.programs import ROOT

UNTIMED = 0.1
"""The first share of the events, in which programs warm up, and the last, in which nothing comes after, are not timed."""
PATIENCE = 60.0


@dataclass(frozen=True)
class Made:
    """One repetition."""

    way: str
    events: int
    seconds: float
    rate: float
    cpu_us: float
    """Microseconds of processor time of the program itself, for each event after the first tenth."""


async def measure(stack: Stack, way: str, events: int, logs: Path) -> Made:
    """Let one way make the hop for so many events. Raises `judge.Differs` when it did not come to what it must."""
    workload = Workload(events)
    prefix = f"hop-{way}-{uuid4().hex[:8]}-"
    async with stack.database("training") as database:
        await stack.make_topics(prefix)
        await _offer(workload, database)
        await _fill(stack, prefix, workload)
        words = ["--kafka", stack.kafka, "--database", database, "--prefix", prefix]
        with (logs / f"{way}.log").open("ab") as log:
            process = psutil.Popen(
                [sys.executable, "-m", f"benchmarks.hop.{way.replace('-', '_')}", *words],
                cwd=ROOT,
                env=_env(),
                stdout=log,
                stderr=log,
            )
        try:
            said, cpu = await _published(stack, f"{prefix}training", workload.events, process)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        await judge.check_rows(workload, database)
        judge.check_events(workload, said)
    stamps = sorted(record.timestamp for record in said)
    untimed = int(len(stamps) * UNTIMED)
    seconds = max(0.001, (stamps[-untimed - 1] - stamps[untimed]) / 1000)
    return Made(way, workload.events, seconds, (len(stamps) - 2 * untimed) / seconds, cpu * 1e6)


def _env() -> dict[str, str]:
    return dict(os.environ) | {"PYTHONPATH": str(ROOT)}


async def _offer(workload: Workload, database: str) -> None:
    columns = (
        "id",
        "code",
        "agency",
        "title",
        "vocation",
        "region",
        "reach",
        "mode",
        "funding",
        "venue",
        "seats",
        "taken",
    )
    connection = await asyncpg.connect(database)
    await connection.copy_records_to_table(
        "course",
        records=[
            (each.course, each.code, each.agency, each.title, each.vocation, each.region, each.reach, each.mode,
             each.funding, each.venue, each.seats, 0, 0, [], each.starts_on, each.ends_on, each.starts_on, "open", False)
            for each in workload.offers
        ],
        columns=(*columns, "handed_out", "given_back", "starts_on", "ends_on", "entry_until", "state", "was_resumed"),
    )  # fmt: skip
    await connection.execute("ANALYZE course")
    await connection.close()


async def _fill(stack: Stack, prefix: str, workload: Workload) -> None:
    topic = f"{prefix}registration"
    producer = AIOKafkaProducer(bootstrap_servers=stack.kafka, acks="all", max_batch_size=512 * 1024)
    await producer.start()
    try:
        batches = {partition: producer.create_batch() for partition in range(PARTITIONS)}
        for partition, key, value, headers in workload.records():
            if batches[partition].append(key=key, value=value, timestamp=None, headers=headers) is None:
                await (await producer.send_batch(batches[partition], topic, partition=partition))
                batches[partition] = producer.create_batch()
                batches[partition].append(key=key, value=value, timestamp=None, headers=headers)
        for partition, batch in batches.items():
            await (await producer.send_batch(batch, topic, partition=partition))
    finally:
        await producer.stop()


async def _published(
    stack: Stack, topic: str, events: int, process: psutil.Popen
) -> tuple[list[ConsumerRecord], float]:
    """Wait until so many events are published; give them, and the processor seconds of each after the first tenth."""
    places = [TopicPartition(topic, partition) for partition in range(PARTITIONS)]
    async with _reader(stack) as reader:
        done, moved = 0, monotonic()
        warm: tuple[int, float] | None = None
        while done < events:
            await asyncio.sleep(0.1)
            now = sum((await reader.end_offsets(places)).values())
            moved = monotonic() if now > done else moved
            done = now
            if warm is None and done >= UNTIMED * events:
                warm = done, _processor_seconds(process)
            if process.poll() is not None or monotonic() - moved > PATIENCE:
                raise judge.Differs(f"only {done} of {events} events were published; see its log")
        since, before = warm or (0, 0.0)
        cpu = (_processor_seconds(process) - before) / max(1, events - since)
        await asyncio.sleep(0.5)  # anything said twice shows now
        reader.assign(places)
        await reader.seek_to_beginning(*places)
        ends = await reader.end_offsets(places)
        said: list[ConsumerRecord] = []
        while len(said) < sum(ends.values()):
            for records in (await reader.getmany(timeout_ms=1_000)).values():
                said += records
        return said, cpu


def _processor_seconds(process: psutil.Popen) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


@asynccontextmanager
async def _reader(stack: Stack) -> AsyncIterator[AIOKafkaConsumer]:
    reader = AIOKafkaConsumer(bootstrap_servers=stack.kafka, enable_auto_commit=False, fetch_max_wait_ms=50)
    await reader.start()
    try:
        yield reader
    finally:
        await reader.stop()
