"""One transaction: what an office decides, what it writes down and what it has to say, all of it or nothing."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, JSON, Row, TextClause, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlmodel import SQLModel

from shared import journal
from shared.events import Event

ALLOCATION_LOCK = 3
"""The advisory lock of those who give away seats or openings (1 is the journal's, 2 the relay's)."""
BY_KEY = {
    # a plan kept from when a table was empty reads all of it, row for row, when it no longer is
    "plan_cache_mode": "force_custom_plan",
    # and in a burst nobody has counted the rows yet: what asks by keys must be answered along an index all the same
    **dict.fromkeys(("enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin"), "off"),
    # compiling takes 26 ms, and what is compiled then runs for one
    "jit": "off",
}
"""How PostgreSQL plans for whoever takes in a batch or publishes a page: always by key, however little it knows."""
_AS_IT_LIKES = text(
    "SELECT set_config(name, 'on', true) FROM unnest(ARRAY["
    "'enable_seqscan', 'enable_bitmapscan', 'enable_hashjoin', 'enable_mergejoin']) AS name"
)
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


class Work:
    """An open transaction. What is announced goes into the journal last, just before the commit."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.announced: list[Event] = []
        self.traces: Mapping[UUID, str] = journal.NO_TRACES
        """Whom somebody traces: the `traceparent` of what is announced about a key."""

    def announce(self, *events: Event) -> None:
        """Say something, if and when the transaction commits."""
        self.announced.extend(events)

    async def rows(self, sql: str, **values: Any) -> Sequence[Row[Any]]:  # noqa: ANN401  whatever a column holds
        """Ask the database; `:name` in the SQL takes a value, a list where the SQL casts it to an array."""
        return (await self.connection.execute(_statement(sql), values)).all()

    async def run(self, sql: str, **values: Any) -> int:  # noqa: ANN401  whatever a column holds
        """Change the database and answer how many rows that touched."""
        return (await self.connection.execute(_statement(sql), values)).rowcount

    async def take_turns(self) -> None:
        """Let no other transaction of this service allocate until this one ends; read state only afterwards.

        Without it, a course that is offered while a worker is registered could miss that worker, and the worker the
        course: neither transaction sees the other.
        """
        await self.run(f"SELECT pg_advisory_xact_lock({ALLOCATION_LOCK})")

    async def insert(self, table: type[SQLModel], rows: Sequence[Mapping[str, Any]], otherwise: str = "") -> int:
        """Insert rows (dictionaries with the same keys) in one statement; `otherwise` is an `ON CONFLICT` clause."""
        if not rows:
            return 0
        columns = tuple(rows[0])
        return await self.run(f"{_insert(table, columns)} {otherwise}", **_arrays(table, columns, rows))

    async def insert_new(self, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> set[UUID]:
        """Insert the rows that no unique index knows yet, in one statement; answers the ids of those."""
        if not rows:
            return set()
        columns = tuple(rows[0])
        sql = f"{_insert(table, columns)} ON CONFLICT DO NOTHING RETURNING id"
        return {row.id for row in await self.rows(sql, **_arrays(table, columns, rows))}

    async def update(
        self, table: type[SQLModel], rows: Sequence[Mapping[str, Any]], by: Sequence[str] = ("id",)
    ) -> int:
        """Update rows in one statement: the columns in `by` find the row, the others are set."""
        if not rows:
            return 0
        columns = tuple(rows[0])
        sets = ", ".join(f"{name} = new.{name}" for name in columns if name not in by)
        found = " AND ".join(f"old.{name} = new.{name}" for name in by)
        sql = f"UPDATE {table.__tablename__} AS old SET {sets} FROM ({_select(table, columns)}) AS new WHERE {found}"
        return await self.run(sql, **_arrays(table, columns, rows))


class Database:
    """A service's own PostgreSQL database."""

    def __init__(self, url: str, *, service: str, connections: int = 8) -> None:
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=connections,
            max_overflow=0,
            pool_pre_ping=False,
            hide_parameters=True,  # or personal data would reach the log through an error
            connect_args={
                "timeout": 10,
                "prepared_statement_cache_size": 500,
                "server_settings": {
                    "application_name": f"pulih {service}",
                    "idle_in_transaction_session_timeout": "5s",  # nobody sleeps on a lock
                    **BY_KEY,
                },
            },
        )
        self.on_said: Callable[[], None] = lambda: None
        """Called after a commit that added to the journal: the relay's alarm clock."""

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        """Open one transaction; leaving it writes the journal and commits, an exception rolls everything back."""
        async with self.engine.connect() as connection:
            work = Work(connection)
            yield work
            if work.announced:
                await journal.append(connection, work.announced, work.traces)
            await connection.commit()
        if work.announced:
            self.on_said()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Work]:
        """Open a transaction that sees one moment of the database and changes nothing."""
        async with self.engine.connect() as connection:
            await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            await connection.execute(_AS_IT_LIKES)  # lists and audits read whole tables
            yield Work(connection)

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


@cache
def _statement(sql: str) -> TextClause:
    return text(sql)


def _insert(table: type[SQLModel], columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table.__tablename__} ({', '.join(columns)}) {_select(table, columns)}"


@cache
def _select(table: type[SQLModel], columns: tuple[str, ...]) -> str:
    """Build `SELECT … FROM unnest(…)` over one array for each column; JSON and arrays travel as text."""
    kinds = [table.__table__.c[name].type for name in columns]  # type: ignore[attr-defined]  # SQLModel adds it
    names = [kind.compile(_DIALECT) for kind in kinds]
    sent = ["TEXT" if isinstance(kind, ARRAY | JSON) else name for kind, name in zip(kinds, names, strict=True)]
    picked = [
        f"CAST(r.{column} AS {name})" if isinstance(kind, ARRAY | JSON) else f"r.{column}"
        for column, kind, name in zip(columns, kinds, names, strict=True)
    ]
    arrays = ", ".join(f"CAST(:{column} AS {name}[])" for column, name in zip(columns, sent, strict=True))
    as_is = ", ".join(f"{pick} AS {column}" for pick, column in zip(picked, columns, strict=True))
    return f"SELECT {as_is} FROM unnest({arrays}) WITH ORDINALITY AS r({', '.join(columns)}, nth) ORDER BY r.nth"


def _arrays(table: type[SQLModel], columns: tuple[str, ...], rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    arrays: dict[str, list[Any]] = {}
    for column in columns:
        kind = table.__table__.c[column].type  # type: ignore[attr-defined]  # SQLModel adds it
        values = [row[column] for row in rows]
        if isinstance(kind, ARRAY):
            values = [None if value is None else array_literal(value) for value in values]
        elif isinstance(kind, JSON):
            values = [value if value is None or isinstance(value, str) else _json(value) for value in values]
        arrays[column] = values
    return arrays


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def array_literal(values: Sequence[object]) -> str:
    """Write a list as a PostgreSQL array literal: `["a", "b"]` becomes `{"a","b"}`."""
    quoted = ('"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values)
    return "{" + ",".join(quoted) + "}"
