"""Bulk writes: many rows in one statement, by `COPY`, or as one array for each column where they are fewer.

A row is a dictionary (all have the same keys), or an object with an attribute for each column but identities.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any

import msgspec
from sqlalchemy import ARRAY, JSON, Table, TextClause, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

Rows = Sequence[Any]
Values = dict[str, list[Any]]

MANY = 200
"""Rows from which on `COPY` pays, which asks PostgreSQL twice."""
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


@cache
def statement(sql: str) -> TextClause:
    """Give the same object for the same SQL, so that it is compiled once."""
    return text(sql)


async def insert(connection: AsyncConnection, table: type[SQLModel], rows: Rows, otherwise: str = "") -> None:
    """Insert rows; `otherwise` is an `ON CONFLICT` clause, which `COPY` has not."""
    if otherwise or len(rows) < MANY:
        sql, values = insertion(table, rows)
        await connection.execute(statement(f"{sql} {otherwise}"), values)
        return
    columns = _columns(table, rows)
    driver: Any = (await connection.get_raw_connection()).driver_connection
    await driver.copy_records_to_table(
        table.__tablename__, columns=columns, records=_records(_table(table), columns, rows)
    )


def insertion(table: type[SQLModel], rows: Rows) -> tuple[str, Values]:
    """Write the statement that inserts rows, and its values."""
    columns = _columns(table, rows)
    sql = f"INSERT INTO {table.__tablename__} ({', '.join(columns)}) {_select(_table(table), columns)}"
    return sql, _arrays(_table(table), columns, rows)


def change(table: type[SQLModel], rows: Rows, columns: Sequence[str], by: Sequence[str]) -> tuple[str, Values]:
    """Write the statement that updates rows, and its values: the columns in `by` find a row, the others are set."""
    columns = tuple(columns) or _columns(table, rows)
    sets = ", ".join(f"{name} = new.{name}" for name in columns if name not in by)
    found = " AND ".join(f"old.{name} = new.{name}" for name in by)
    new = _select(_table(table), columns)
    sql = f"UPDATE {table.__tablename__} AS old SET {sets} FROM ({new}) AS new WHERE {found}"
    return sql, _arrays(_table(table), columns, rows)


def _table(table: type[SQLModel]) -> Table:
    described: Table = table.__table__  # type: ignore[attr-defined]  # SQLModel adds it
    return described


@cache
def _own_columns(table: Table) -> tuple[str, ...]:
    """Name the columns that are no identity."""
    return tuple(column.name for column in table.c if column.identity is None)


def _columns(table: type[SQLModel], rows: Rows) -> tuple[str, ...]:
    return tuple(rows[0]) if isinstance(rows[0], Mapping) else _own_columns(_table(table))


@cache
def _select(table: Table, columns: tuple[str, ...]) -> str:
    """Build `SELECT … FROM unnest(…)` over one array for each column; JSON and arrays travel as text."""
    kinds = [table.c[name].type for name in columns]
    names = [kind.compile(_DIALECT) for kind in kinds]
    sent = ["TEXT" if isinstance(kind, ARRAY | JSON) else name for kind, name in zip(kinds, names, strict=True)]
    picked = [
        f"CAST(r.{column} AS {name})" if isinstance(kind, ARRAY | JSON) else f"r.{column}"
        for column, kind, name in zip(columns, kinds, names, strict=True)
    ]
    arrays = ", ".join(f"CAST(:{column} AS {name}[])" for column, name in zip(columns, sent, strict=True))
    as_is = ", ".join(f"{pick} AS {column}" for pick, column in zip(picked, columns, strict=True))
    return f"SELECT {as_is} FROM unnest({arrays}) WITH ORDINALITY AS r({', '.join(columns)}, nth) ORDER BY r.nth"


def _reader(rows: Rows) -> Callable[..., Callable[[Any], Any]]:
    return itemgetter if isinstance(rows[0], Mapping) else attrgetter


def _records(table: Table, columns: tuple[str, ...], rows: Rows) -> Iterable[Sequence[Any]]:
    """Give the rows as `COPY` takes them: tuples, JSON as text."""
    read = _reader(rows)(*columns)
    records: Iterable[Sequence[Any]] = map(read, rows) if len(columns) > 1 else ((read(row),) for row in rows)
    for nth, name in enumerate(columns):
        if isinstance(table.c[name].type, JSON):
            records = _with_text_at(nth, records)
    return records


def _with_text_at(nth: int, records: Iterable[Sequence[Any]]) -> Iterable[Sequence[Any]]:
    for record in records:
        yield [*record[:nth], _text(record[nth]), *record[nth + 1 :]]


def _arrays(table: Table, columns: Sequence[str], rows: Rows) -> Values:
    arrays: Values = {}
    read = _reader(rows)
    for column in columns:
        kind = table.c[column].type
        values = list(map(read(column), rows))
        if isinstance(kind, ARRAY):
            values = [None if value is None else array_literal(value) for value in values]
        elif isinstance(kind, JSON):
            values = list(map(_text, values))
        arrays[column] = values
    return arrays


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else msgspec.json.encode(value).decode()


def array_literal(values: Iterable[object]) -> str:
    """Write a list as a PostgreSQL array literal: `["a", "b"]` becomes `{"a","b"}`."""
    quoted = ('"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values)
    return "{" + ",".join(quoted) + "}"
