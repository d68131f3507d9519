"""What was measured, as tables: one for each ruler."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.figures import median, spread, table

Figures = Sequence[dict[str, Any]]
WAYS = ("floor", "ours", "peer", "naive")


def of(content: dict[str, Any]) -> str:
    """Write the table, or tables, of one ruler on one stack."""
    tables: dict[str, Callable[[Figures], str]] = {"hop": hop, "chain": chain, "desk": desk, "latency": latency}
    return tables[content["ruler"]](content["figures"])


def hop(figures: Figures) -> str:
    """Compare the four ways: medians, and how many times as fast as each ours is."""
    by_way: dict[str, Figures] = {way: [each for each in figures if each["way"] == way] for way in WAYS}
    rates = {way: median([each["rate"] for each in made]) for way, made in by_way.items() if made}
    rows = [
        [
            way,
            rates[way],
            f"±{spread([each['rate'] for each in by_way[way]]) / 2:.0%}",
            rates["ours"] / rates[way],
            median([each["cpu_us"] for each in by_way[way]]),
            by_way[way][0]["events"],
            len(by_way[way]),
        ]
        for way in rates
    ]
    return table(["way", "events/s", "spread", "ours ÷ this", "program, µs/event", "events", "times"], rows)


def chain(figures: Figures) -> str:
    """Show whole lives by size, what they cost, and what is kept of them."""
    rows = [
        [
            each["workers"],
            each["seconds"],
            each["workers_a_second"],
            each["events_a_second"],
            each["seconds"] / each["workers"] / (figures[0]["seconds"] / figures[0]["workers"]),
            sum(each["processor_us"].values()) / sum(figures[0]["processor_us"].values()),
            *each["processor_us"].values(),
        ]
        for each in figures
    ]
    services = list(figures[0]["processor_us"])
    header = [
        "workers",
        "seconds",
        "workers/s",
        "events/s",
        "time, of the smallest",
        "processor, of the smallest",
        *(f"{name}, µs/worker" for name in services),
    ]
    return f"{table(header, rows)}\n\n{footprint(figures[-1])}"


def footprint(lived: dict[str, Any]) -> str:
    """Show memory, stores, start and replay after the largest run."""
    kept = lived["footprint"]
    rows = [
        [name, before, after, kept["store_bytes_a_worker"][name], kept["journal_bytes_a_worker"][name]]
        for name, (before, after) in lived["memory_mb"].items()
    ]
    header = ["service", "memory before, MB", "after, MB", "store, bytes/worker", "of it the journal"]
    replay = kept["replay"]
    return (
        f"{table(header, rows)}\n\nWith {lived['workers']:,} workers in the stores all four services are ready "
        f"{kept['ready_seconds']:.1f} s after they are started together. Registration's journal, {replay['events']:,} events, is "
        f"published again in {replay['seconds']:.1f} s ({replay['events_a_second']:,.0f} events/s)."
    )


def desk(figures: Figures) -> str:
    """Show posts by their size and the disk's speed: medians of the repetitions."""
    kinds: dict[tuple[bool, int, int], list[dict[str, Any]]] = defaultdict(list)
    for each in figures:
        kinds[each["slow_disk"], each["size"], each["connections"]].append(each)
    rows = [
        [
            f"{'single posts' if size == 1 else f'batches of {size}'}, {connections} connections{', a flush takes 2 ms longer' if slow else ''}",
            *(
                median([each[name] for each in made])
                for name in ("requests_a_second", "events_a_second", "p50_ms", "p99_ms")
            ),
            f"±{spread([each['events_a_second'] for each in made]) / 2:.0%}",
        ]
        for (slow, size, connections), made in sorted(kinds.items())
    ]
    return table(["posted", "requests/s", "events/s", "p50, ms", "p99, ms", "spread"], rows)


def latency(figures: Figures) -> str:
    """Show milliseconds from the time a post was due, at each rate."""
    names = [(what, share) for what in ("acknowledged", "enrolled", "told") for share in ("p50", "p99", "p99.9")]
    rows = [[each["workers_a_second"], *(each[f"{what}_{share}_ms"] for what, share in names)] for each in figures]
    return table(["workers/s", *(f"{what} {share}" for what, share in names)], rows)
