"""Paging: lists are read in the order of ids, and each page names the cursor of the next."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from sqlalchemy import Row

BEFORE_ALL: UUID = UUID(int=0)
"""The cursor before the first item: no id comes before it."""
Limit = Annotated[int, Query(ge=1, le=1_000)]
"""A route's parameter of this type is the number of items in a page."""


def page(rows: Sequence[Row[Any] | Mapping[str, Any]], limit: int, cursor: str) -> dict[str, Any]:
    """Make a page of rows: `items`, and in `next` the last item's `cursor`, or None where the page is not full."""
    items = [dict(row) if isinstance(row, Mapping) else row._asdict() for row in rows]
    return {"items": items, "next": items[-1][cursor] if len(items) == limit else None}
