"""The funnel that `pulih demo` shows while it plays: how many workers are at each stage, and how fast events pass."""

import asyncio
from collections import deque
from time import monotonic
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from scenarios.agency_clients import PlayFailed
from scenarios.watching import Snapshot, Watch

STAGES = {
    "reported": "registration.reported + registration.applied.jobseekers",
    "registered": "registration.workers",
    "enrolled": "training.enrolled",
    "waiting": "training.waiting",
    "in training": "training.in-training",
    "graduated": "training.graduated",
    "referred": "placement.referred",
    "placed": "placement.placed",
}
"""Each stage of the funnel, and the figures that it shows."""
LOOK_SECONDS, LINE_SECONDS = 0.7, 3.0
RATE_OVER = 5
"""Looks over which events per second are averaged."""


class Funnel:
    """Shows the funnel as a live table; where the output is no terminal, as a line now and then."""

    def __init__(self, console: Console, title: str) -> None:
        self.console = console
        self.title = title
        self.doing = "the stack starts"
        self._began = monotonic()
        self._counts = dict.fromkeys(STAGES, 0)
        self._looks: deque[tuple[float, int]] = deque(maxlen=RATE_OVER)
        self._last_line = monotonic()
        self._live = Live(console=console, get_renderable=self._table, refresh_per_second=4, transient=True)

    def note(self, doing: str) -> None:
        """Note what is being done now."""
        self.doing = doing

    async def follow(self, watch: Watch) -> None:
        """Look at the figures again and again, until cancelled or until a service stays away: the player reports that."""
        while True:
            try:
                self._show(await watch.look())
            except PlayFailed:
                return
            await asyncio.sleep(LOOK_SECONDS)

    def _show(self, look: Snapshot) -> None:
        self._counts = {stage: look.count(measure) for stage, measure in STAGES.items()}
        self._looks.append((monotonic(), look.events))
        if not self.console.is_terminal and monotonic() - self._last_line > LINE_SECONDS:
            self._last_line = monotonic()
            counts = "  ".join(f"{stage} {count:,}" for stage, count in self._counts.items())
            self.console.print(f"{self._seconds:3.0f} s  {counts}  {self._rate:,.0f} events/s  ({self.doing})")

    @property
    def _seconds(self) -> float:
        return monotonic() - self._began

    @property
    def _rate(self) -> float:
        if len(self._looks) < 2:  # noqa: PLR2004  a rate needs two looks
            return 0.0
        (first, events_first), (last, events_last) = self._looks[0], self._looks[-1]
        return (events_last - events_first) / (last - first)

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        most = max(1, *self._counts.values())
        for stage, count in self._counts.items():
            table.add_row(stage, f"{count:>7,}", ProgressBar(total=most, completed=count, width=40))
        outer = Table.grid()
        outer.add_row(self.title, style="bold")
        outer.add_row(table)
        outer.add_row(f"{self._seconds:.0f} s   {self._rate:,.0f} events/s   {self.doing}", style="dim")
        return outer

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self._live.start()
        else:
            self.console.print(self.title)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the live table."""
        if self.console.is_terminal:
            self._live.stop()
