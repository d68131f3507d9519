"""What was measured, as tables: one for each ruler."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.figures import median, spread, table

Figures = Sequence[Mapping[str, Any]]
WAYS = ("floor", "ours", "peer", "peer-queues", "peer-unordered", "naive")


def of(content: Mapping[str, Any]) -> str:
    """Write the table, or tables, of one ruler on one stack."""
    tables: dict[str, Callable[[Figures], str]] = {"hop": hop, "chain": chain, "desk": desk, "latency": latency}
    return tables[content["ruler"]](content["figures"])


def hop(figures: Figures) -> str:
    """Compare the ways: medians, and how many times as fast as each ours is."""
    made_by = grouped(figures, "way")
    ours = middle(made_by["ours",], "rate")
    rows = [
        [
            way,
            middle(made, "rate"),
            _spread(made, "rate"),
            ours / middle(made, "rate"),
            middle(made, "cpu_us"),
            made[0]["events"],
            len(made),
        ]
        for way in WAYS
        if (made := made_by.get((way,)))
    ]
    return table(["way", "events/s", "spread", "ours ÷ this", "program, µs/event", "events", "times"], rows)


def chain(figures: Figures) -> str:
    """Show whole lives by size, what they cost, and what is kept of them."""
    by_size = grouped(figures, "workers")
    services = list(figures[0]["processor_us"])
    spent = {
        size: [median(each["processor_us"][name] for each in lived) for name in services]
        for size, lived in by_size.items()
    }
    smallest = min(by_size)
    rows = [
        [
            size[0],
            middle(lived, "seconds"),
            middle(lived, "workers_a_second"),
            _spread(lived, "workers_a_second"),
            len(lived),
            middle(lived, "events_a_second"),
            cost(lived) / cost(by_size[smallest]),
            sum(spent[size]) / sum(spent[smallest]),
            *spent[size],
        ]
        for size, lived in sorted(by_size.items())
    ]
    header = [
        "workers",
        "seconds",
        "workers/s",
        "spread",
        "times",
        "events/s",
        "time, of the smallest",
        "processor, of the smallest",
        *(f"{name}, µs/worker" for name in services),
    ]
    return f"{table(header, rows)}\n\n{footprint(figures[-1])}"


def cost(lived: Figures) -> float:
    """Give the seconds that one worker took, by the median of the runs."""
    return middle(lived, "seconds") / float(lived[0]["workers"])


def footprint(lived: Mapping[str, Any]) -> str:
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
    """Show posts by their size and the disk's speed."""
    rows = [
        [
            f"{'single posts' if size == 1 else f'batches of {size}'}, {connections} connections{', a flush takes 2 ms longer' if slow else ''}",
            *(middle(made, name) for name in ("requests_a_second", "events_a_second", "p50_ms", "p99_ms")),
            _spread(made, "events_a_second"),
        ]
        for (slow, size, connections), made in sorted(grouped(figures, "slow_disk", "size", "connections").items())
    ]
    return table(["posted", "requests/s", "events/s", "p50, ms", "p99, ms", "spread"], rows)


def latency(figures: Figures) -> str:
    """Show milliseconds from the time a post was due, at each rate."""
    names = [f"{what} {share}" for what in ("acknowledged", "enrolled", "told") for share in ("p50", "p99", "p99.9")]
    rows = [
        [
            rate,
            *(middle(made, f"{name.replace(' ', '_')}_ms") for name in names),
            _spread(made, "enrolled_p99_ms"),
        ]
        for (rate,), made in grouped(figures, "workers_a_second").items()
    ]
    return table(["workers/s", *names, "spread of enrolled p99"], rows)


def grouped(figures: Figures, *names: str) -> dict[tuple[Any, ...], list[Mapping[str, Any]]]:
    """Put the repetitions of one measurement together: what they have in common -> they."""
    alike: defaultdict[tuple[Any, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for each in figures:
        alike[tuple(each[name] for name in names)].append(each)
    return dict(alike)


def middle(made: Figures, name: str) -> float:
    """Give the median of one figure of the repetitions."""
    return float(median([each[name] for each in made]))


def _spread(made: Figures, name: str) -> str:
    return f"±{spread([each[name] for each in made]) / 2:.0%}" if len(made) > 1 else "–"
