"""Figures: how much of what a service counts happened between two days, by what, and which events each number counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Row

from shared.clock import WESTERN_INDONESIA
from shared.database.unit_of_work import UnitOfWork
from shared.regions import in_area

REGION: Final = "region"
"""Every figure can be told by it: where the worker lives."""
UNKNOWN: Final = "unknown"
"""Stands for a value that nobody said."""
MOST_CELLS: Final = 10_000


@dataclass(frozen=True)
class Figure:
    """One thing that is counted. This is all that there is to say of it.

    `counted` is a query: a row for each event that counts, with the columns `day` (on which it counts), `subject` (a text that names the
    row), `worker`, `spell`, `region` (where the worker lives) and those of `by`. `event` is SQL that gives the id of the event which
    says so, from such a row `f`; it is asked only of rows that are listed.
    """

    name: str
    counted: str
    by: tuple[str, ...]
    event: str

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What its number can be told by."""
        return (*self.by, REGION)


class Figures:
    """Answers what a service counts."""

    def __init__(self, figures: Sequence[Figure]) -> None:
        self.by_name = {figure.name: figure for figure in figures}
        self.dimensions = tuple(dict.fromkeys(name for figure in figures for name in figure.dimensions))
        """What at least one figure can be told by."""

    def told_by(self, by: Sequence[str]) -> list[Figure]:
        """Give the figures that can be told by all of these."""
        return [figure for figure in self.by_name.values() if set(by) <= set(figure.dimensions)]

    async def cells(
        self, work: UnitOfWork, figures: Sequence[Figure], by: Sequence[str], first: date, last: date, area: str | None
    ) -> Sequence[Row[Any]]:
        """How many of each are there, by these dimensions? At most one cell more than `MOST_CELLS`, in the order of the values.

        A figure that is told by nothing has one cell, also for nothing.
        """
        columns = "".join(f", {_value(name)} AS {name}" for name in by)
        grouped = f" GROUP BY {', '.join(map(_value, by))}" if by else ""
        order = ", ".join(("nth", *by))
        counts = [
            f"SELECT {nth} AS nth, '{figure.name}' AS figure{columns}, count(*) AS count FROM ({figure.counted}) AS f "
            f"WHERE {_IN_SIGHT}{grouped}"
            for nth, figure in enumerate(figures)
        ]
        await work.plan_freely()
        return await work.rows(
            f"SELECT figure{''.join(f', {name}' for name in by)}, count FROM ({' UNION ALL '.join(counts)}) AS counted "
            f"ORDER BY {order} LIMIT {MOST_CELLS + 1}",
            first=first,
            last=last,
            area=area,
        )

    async def events(
        self,
        work: UnitOfWork,
        figure: Figure,
        values: Mapping[str, str],
        first: date,
        last: date,
        area: str | None,
        after: str,
        limit: int,
    ) -> Sequence[Row[Any]]:
        """Which events does the cell with these values count, in the order of their days?"""
        columns = "".join(f", {_value(name)} AS {name}" for name in figure.dimensions)
        where = "".join(f" AND {_value(name)} = :is_{name}" for name in values)
        await work.plan_freely()
        named = "to_char(day, 'YYYY-MM-DD') || '/' || subject"
        return await work.rows(
            f"SELECT f.item, {figure.event} AS event, f.day, f.worker, f.spell{columns} FROM ("
            f"SELECT *, {named} AS item FROM ({figure.counted}) AS f WHERE {_IN_SIGHT}{where} "
            f'AND {named} COLLATE "C" > :after ORDER BY {named} COLLATE "C" LIMIT :limit) AS f ORDER BY f.item COLLATE "C"',
            first=first,
            last=last,
            area=area,
            after=after,
            limit=limit,
            **{f"is_{name}": value for name, value in values.items()},
        )


def day_of(time: str) -> str:
    """Write as SQL which day it was in western Indonesia at a time of the real clock."""
    return f"CAST({time} AT TIME ZONE INTERVAL '{WESTERN_INDONESIA.utcoffset(None)}' AS date)"


_IN_SIGHT: Final = f"f.day BETWEEN CAST(:first AS date) AND CAST(:last AS date) AND {in_area(f'f.{REGION}')}"
"""Whether a row is of these days, and of a worker who lives in the area of who asks."""


def _value(dimension: str) -> str:
    return f"coalesce(CAST(f.{dimension} AS text), '{UNKNOWN}')"
