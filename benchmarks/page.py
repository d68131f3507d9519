"""Writes what was measured last into README.md, between its marks, and draws the two plots."""

import json
import re
from pathlib import Path
from typing import Any

import matplotlib as mpl  # type: ignore[import-not-found,unused-ignore]  # of the group `bench`

from benchmarks import tables
from benchmarks.run import RESULTS, RULERS, results_of

mpl.use("svg")
from matplotlib import pyplot as plt

README = Path(__file__).parent / "README.md"
STACKS = ("containers", "embedded")
SIZES = {"usual": "", "full": ", at length"}
TITLES = {
    "hop": "Hop: one event taken in, judged, written down and passed on",
    "chain": "Chain: whole lives, from the desk to a placement",
    "desk": "Desk",
    "latency": "Latency: milliseconds from the moment a post was due, in an open loop",
}
COLOURS = {
    "floor": "#9aa5b1",
    "ours": "#1f6f54",
    "peer": "#c77d2e",
    "peer-queues": "#d9a066",
    "peer-unordered": "#e6c9a3",
    "naive": "#a23e48",
}
LINES: dict[str, dict[str, Any]] = {
    "usual": {"marker": "o", "color": COLOURS["ours"], "label": "make bench"},
    "full": {"marker": "s", "color": "#7fb8a4", "label": "make bench-full"},
}


def found() -> list[dict[str, Any]]:
    """Read what was measured, ruler by ruler."""
    paths = [results_of(ruler, stack, size) for ruler in RULERS for stack in STACKS for size in SIZES]
    return [json.loads(path.read_text()) for path in paths if path.exists()]


def section(content: dict[str, Any]) -> str:
    """Write one ruler's section."""
    machine = content["machine"]
    stack = "Apache Kafka 4.3.1" if content["stack"] == "containers" else "the embedded broker"
    where = (
        f"{machine['date']}; {machine['cores']} cores ({machine['cpu']}), {machine['memory_gib']} GiB, {machine['system']}, Python "
        f"{machine['python']}, {stack}, PostgreSQL {content['postgresql']}; load before: {content['load_before']}. `{content['command']}`"
    )
    title = f"{TITLES[content['ruler']]} ({content['stack']}{SIZES[content['size']]})"
    return f"### {title}\n\n{tables.of(content)}\n\n{where}\n"


def draw_rates(contents: list[dict[str, Any]]) -> None:
    """Draw the hop's rates, by stack and way, on a logarithmic scale."""
    hops = [content for content in contents if content["ruler"] == "hop" and content["size"] == "usual"]
    figure, axes = plt.subplots(figsize=(6.4, 2.2 + 0.4 * len(hops)))
    for nth, content in enumerate(hops):
        made_by = tables.grouped(content["figures"], "way")
        for bar, way in enumerate(way for way in tables.WAYS if (way,) in made_by):
            rate = tables.middle(made_by[way,], "rate")
            at = nth * (len(tables.WAYS) + 1) + bar
            axes.barh(at, rate, color=COLOURS[way])
            axes.text(rate, at, f" {way}: {rate:,.0f}", va="center", fontsize=8)
    axes.set(xscale="log", xlabel="events a second", title="One hop", xlim=(10, 3e5))
    axes.set_yticks(
        [nth * (len(tables.WAYS) + 1) + 1.5 for nth in range(len(hops))], [content["stack"] for content in hops]
    )
    axes.invert_yaxis()
    _save(figure, "rates.svg")


def draw_costs(contents: list[dict[str, Any]]) -> None:
    """Draw the cost of each worker by the number of workers, a line for each run of the ruler."""
    figure, axes = plt.subplots(figsize=(6.4, 2.6))
    highest = 0.0
    for content in contents:
        if content["ruler"] == "chain" and content["stack"] == "containers":
            by_size = sorted(tables.grouped(content["figures"], "workers").items())
            costs = [tables.cost(lived) * 1000 for _, lived in by_size]
            highest = max(highest, *costs)
            axes.plot([workers for (workers,), _ in by_size], costs, **LINES[content["size"]])
    axes.set(xscale="log", xlabel="workers", ylabel="ms for each worker", title="Whole lives", ylim=(0, highest * 1.3))
    axes.legend(frameon=False, loc="lower right")
    _save(figure, "costs.svg")


def _save(figure: Any, name: str) -> None:  # noqa: ANN401  matplotlib's own
    figure.tight_layout()
    figure.savefig(RESULTS / name, metadata={"Date": None})


def main() -> None:
    """Write the page."""
    RESULTS.mkdir(exist_ok=True)
    mpl.rcParams["svg.hashsalt"] = "pulih"
    contents = found()
    draw_rates(contents)
    draw_costs(contents)
    measured = "\n".join(section(content) for content in contents)
    plots = "![One hop, by stack and way](results/rates.svg)\n\n![Cost of a worker, by size](results/costs.svg)\n"
    text = README.read_text()
    marks = "<!-- measured -->\n", "<!-- end of what was measured -->"
    README.write_text(
        re.sub(
            f"{marks[0]}.*{marks[1]}", lambda _: f"{marks[0]}\n{plots}\n{measured}\n{marks[1]}", text, flags=re.DOTALL
        )
    )


if __name__ == "__main__":
    main()
