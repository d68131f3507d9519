"""The routes that tell figures: how much of what a service counts happened between two days, and the events behind a number."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request

from shared import clock
from shared.figures import MOST_CELLS, Figure, Figures
from shared.http.auth import AgencyOrOperator, Caller
from shared.http.paging import Limit, page
from shared.key_file import Operator
from shared.refusals import Refusal

From = Annotated[date | None, Query(alias="from")]
_ASKED: Final = frozenset(("from", "to", "after", "limit"))
"""What a list of events takes beside the values of a cell."""


def figures_routes(figures: Figures) -> APIRouter:
    """Make the routes for a service that counts these."""
    routes = APIRouter()

    @routes.get("/figures")
    async def tell_figures(
        request: Request,
        caller: AgencyOrOperator,
        since: From = None,
        to: date | None = None,
        by: str = "",
        figure: str | None = None,
    ) -> dict[str, Any]:
        """Count what happened from one day to another (the year so far), `by` some dimensions with commas between: each cell names its events.

        An office's figures are about the workers who live where it acts. Without `figure`, all are told that have these dimensions.
        """
        area, (first, last) = _area(caller), _days(since, to)
        dimensions = list(dict.fromkeys(name for name in by.split(",") if name))
        told = _told(figures, figure, dimensions)
        async with request.app.state.service.database.reading() as work:
            cells = await figures.cells(work, told, dimensions, first, last, area)
        if len(cells) > MOST_CELLS:
            raise _wrong(f"That is more than {MOST_CELLS} cells: ask by less, or for fewer days.", "query/by")
        days = {"from": first, "to": last}
        return {
            **days,
            "by": dimensions,
            "cells": [
                {
                    **cell._asdict(),
                    "events": f"/figures/{cell.figure}?"
                    + urlencode({**days, **{name: getattr(cell, name) for name in dimensions}}),
                }
                for cell in cells
            ],
        }

    @routes.get("/figures/{figure}")
    async def list_counted(
        figure: str,
        request: Request,
        caller: AgencyOrOperator,
        since: From = None,
        to: date | None = None,
        after: str = "",
        limit: Limit = 100,
    ) -> dict[str, Any]:
        """List the events that a cell counts: those of the figure with the given values of its dimensions (`vocation=sewing`)."""
        area, (first, last) = _area(caller), _days(since, to)
        found = _named(figures, figure, "path/figure")
        values = {name: value for name, value in request.query_params.items() if name not in _ASKED}
        for name in values:
            if name not in found.dimensions:
                raise _wrong(_not_told_by(found), f"query/{name[:80]}")
        async with request.app.state.service.database.reading() as work:
            listed = await figures.events(work, found, values, first, last, area, after, limit)
        return page(listed, limit, "item")

    return routes


def _area(caller: Caller | Operator) -> str | None:
    """Give the area whose workers the figures are about; None is all of Indonesia."""
    if isinstance(caller, Operator):
        return None
    if caller.role != "office":
        raise Refusal("Figures are for labour offices and operators.", kind="forbidden", status=HTTPStatus.FORBIDDEN)
    return caller.region


def _days(since: date | None, to: date | None) -> tuple[date, date]:
    last = to or clock.today()
    first = since or last.replace(month=1, day=1)
    if first > last:
        raise _wrong(f"`from` ({first}) lies after `to` ({last}).", "query/from")
    return first, last


def _told(figures: Figures, name: str | None, by: list[str]) -> list[Figure]:
    """Give the figures to tell by these dimensions. Raises `Refusal` (422) where there is none."""
    asked = None if name is None else _named(figures, name, "query/figure")
    for dimension in by:
        if dimension not in figures.dimensions:
            raise _wrong(
                f"Nothing is told by {dimension[:80]!r} here; there are: {', '.join(figures.dimensions)}.",
                "query/by",
            )
    told = figures.told_by(by)
    if asked is not None:
        if asked not in told:
            raise _wrong(_not_told_by(asked), "query/by")
        return [asked]
    if not told:
        raise _wrong(f"Nothing is told by {', '.join(by)} together here.", "query/by")
    return told


def _not_told_by(figure: Figure) -> str:
    return f"{figure.name!r} is not told by that; it is by {', '.join(figure.dimensions)}."


def _named(figures: Figures, name: str, where: str) -> Figure:
    found = figures.by_name.get(name)
    if found is None:
        raise _wrong(f"There is no such figure here; there are: {', '.join(figures.by_name)}.", where)
    return found


def _wrong(why: str, where: str) -> Refusal:
    return Refusal(why, kind="bad-parameter", status=HTTPStatus.UNPROCESSABLE_ENTITY, pointer=f"/{where}")
