"""Runs the rulers: `python -m benchmarks.run hop chain desk latency --stack containers`; `make bench` runs all of them."""

import argparse
import asyncio
import itertools
import json
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks import chain, desk, latency, machine, tables
from benchmarks.hop import rig
from benchmarks.stacks import Kind, Stack, stack_of

RESULTS = Path(__file__).parent / "results"
RULERS = ("hop", "desk", "latency", "chain")


@dataclass(frozen=True)
class Size:
    """How much of each is measured."""

    repetitions: int
    """Of everything but the chain."""
    hop: dict[str, int]
    """Events for each way; the slow ways are given fewer."""
    chain: dict[int, int]
    """Workers, and how often so many are taken through; the most are taken last."""
    seconds: float
    """Of each of the desk's and the latency's measurements."""


def _hops(fast: int, peers: int, naive: int) -> dict[str, int]:
    peer = dict.fromkeys(("peer", "peer-queues", "peer-unordered"), peers)
    return {"floor": fast, "ours": fast, **peer, "naive": naive}


SIZES = {
    "small": Size(1, _hops(6_000, 2_000, 320), {1_600: 1}, 2.0),
    "usual": Size(
        3,
        _hops(60_000, 16_000, 1_000),
        {10_000: 3, 30_000: 1, 100_000: 1},
        8.0,
    ),
    "full": Size(
        5,
        _hops(100_000, 40_000, 2_000),
        {10_000: 3, 100_000: 1, 1_000_000: 1},
        30.0,
    ),
}
MOST_IN_THE_EMBEDDED_BROKER = 12_000
"""Events of a hop: it keeps 5 MiB for each partition, and must hold a whole topic at once."""
EMBEDDED_CHAIN = 10_000


async def hop(stack: Stack, size: Size) -> list[dict[str, Any]]:
    """Measure the ways side by side, in turns: one repetition of each, then the next of each."""
    made: list[dict[str, Any]] = []
    for _, (way, events) in itertools.product(range(size.repetitions), size.hop.items()):
        most = MOST_IN_THE_EMBEDDED_BROKER if stack.forgets else events
        made.append(asdict(await rig.measure(stack, way, min(events, most), stack.folder)))
        print(f"  {way:6} {made[-1]['rate']:10,.0f} events/s", flush=True)
    return made


async def lives(stack: Stack, size: Size) -> list[dict[str, Any]]:
    """Measure the chain at each size, in turns; the largest is also weighed."""
    times = {w: n for w, n in size.chain.items() if w <= EMBEDDED_CHAIN} if stack.forgets else size.chain
    turns = [workers for nth in range(max(times.values())) for workers, most in times.items() if nth < most]
    largest = max(times)
    turns.sort(key=lambda workers: workers == largest)  # they come last; the others stay in turns
    lived: list[dict[str, Any]] = []
    for nth, workers in enumerate(turns, 1):
        lived.append((await chain.run(stack, workers, with_footprint=nth == len(turns))).as_json())
        print(f"  {workers:9,} workers: {lived[-1]['workers_a_second']:6,.0f} workers/s", flush=True)
    return lived


async def measure(ruler: str, stack: Stack, size: Size) -> list[dict[str, Any]]:
    """Run one ruler."""
    match ruler:
        case "hop":
            return await hop(stack, size)
        case "chain":
            return await lives(stack, size)
        case "desk":
            return await desk.run(stack, seconds=size.seconds, repetitions=size.repetitions)
        case _:
            rates = [50, 200, 500]
            return await latency.run(stack, rates=rates, seconds=size.seconds, repetitions=size.repetitions)


def results_of(ruler: str, stack: str, size: str) -> Path:
    """Say where a ruler's figures are kept: a run at length does not replace one of the usual size."""
    return RESULTS / f"{ruler}-{stack}{'' if size == 'usual' else f'-{size}'}.json"


def write(ruler: str, stack: Stack, size: str, figures: Sequence[dict[str, Any]], busy: float, command: str) -> None:
    """Keep what was measured, with the machine it was measured on, and show it."""
    RESULTS.mkdir(exist_ok=True)
    about = {
        "ruler": ruler,
        "stack": stack.kind,
        "size": size,
        "postgresql": stack.postgres_version,
        "command": command,
        "load_before": busy,
    }
    content = about | {"machine": machine.described(), "figures": figures}
    results_of(ruler, stack.kind, size).write_text(json.dumps(content, indent=1) + "\n")
    print(f"\n{tables.of(content)}\n", flush=True)


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument(
        "rulers", nargs="*", choices=[*RULERS, []], default=list(RULERS), help="which; all of them by default"
    )
    parser.add_argument("--stack", choices=("embedded", "containers"), default="containers")
    parser.add_argument("--size", choices=tuple(SIZES), default="usual")
    asked = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):  # in the background SIGINT would be ignored, and containers stay
        signal.signal(number, lambda *_: sys.exit("ended before its end; what was started is stopped"))
    kind: Kind = asked.stack
    with stack_of(kind) as stack:
        for ruler in asked.rulers:
            busy = machine.load()
            print(f"{ruler} on {kind} (load before: {busy})", flush=True)
            figures = asyncio.run(measure(ruler, stack, SIZES[asked.size]))
            write(ruler, stack, asked.size, figures, busy, f"python -m benchmarks.run {' '.join(sys.argv[1:])}")


if __name__ == "__main__":
    main()
