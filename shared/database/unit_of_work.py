"""The unit of work: one transaction for state, bookmarks and journal, all of it or nothing."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import AdaptedConnection, Row, event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import SQLModel

from shared.database import bulk
from shared.database.locks import ALLOCATION_LOCK
from shared.events import Event
from shared.outbox import journal

BY_KEY = {
    # a plan made for an empty table reads a full one row by row
    "plan_cache_mode": "force_custom_plan",
    # in a burst the tables have no statistics yet, and a query by keys must use an index all the same
    **dict.fromkeys(("enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin"), "off"),
    # compiling takes 26 ms, and what is compiled then runs for one
    "jit": "off",
}
"""How PostgreSQL plans for a batch or a page: always by key, however little it knows of the tables."""
_DEFAULT_PLANNER = text(
    "SELECT set_config(name, 'on', true) FROM unnest(ARRAY["
    "'enable_seqscan', 'enable_bitmapscan', 'enable_hashjoin', 'enable_mergejoin']) AS name"
)


ANSWER_SECONDS = 15.0
"""How long a statement may take: a failover can leave connections to a server that is gone, and nothing ever comes back from there."""
PATIENT_SECONDS = 600.0
"""The same for statements over whole tables."""
PATIENT_CONNECTIONS = 4
_MARKS = "pulih marks"
_READ_MARKS = (
    "SELECT (SELECT system_identifier FROM pg_control_system()), (SELECT timeline_id FROM pg_control_checkpoint()), "
    "(SELECT oid FROM pg_database WHERE datname = current_database()), pg_postmaster_start_time()"
)


class UnitOfWork:
    """An open transaction. Announced events go into the journal last, just before the commit."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.announced: list[Event] = []
        self.traces: Mapping[UUID, str] = journal.NO_TRACES
        """The `traceparent` of what is announced about a key, where it is traced."""
        self.on_writing: Callable[[], object] = lambda: None
        """Called when rows are about to be written: the database is busy for a while, and others may use this process."""
        self._plans_are_kept = False

    @property
    def marks(self) -> object:
        """What tells the server and the database of this connection from others: see `Database`."""
        return self.connection.sync_connection.info.get(_MARKS) if self.connection.sync_connection else None

    def announce(self, *events: Event) -> None:
        """Publish events if and when the transaction commits."""
        self.announced.extend(events)

    async def rows(self, sql: str, **values: Any) -> Sequence[Row[Any]]:  # noqa: ANN401  whatever a column holds
        """Run a query; `:name` in the SQL takes a value, a list where the SQL casts it to an array."""
        await self._keep_plans(kept=False)
        return (await self.connection.execute(bulk.statement(sql), values)).all()

    async def run(self, sql: str, **values: Any) -> int:  # noqa: ANN401  whatever a column holds
        """Run a statement and give how many rows it touched."""
        return (await self.connection.execute(bulk.statement(sql), values)).rowcount

    async def take_turns(self) -> None:
        """Block other allocating transactions of this service until this one ends; read state only afterwards.

        Without it, a course that is offered while a worker is registered could miss that worker, and the worker the
        course: neither transaction sees the other.
        """
        await self.run(f"SELECT pg_advisory_xact_lock({ALLOCATION_LOCK})")

    async def plan_freely(self) -> None:
        """Let PostgreSQL plan as it likes until this transaction ends: it is about to read whole tables."""
        await self.connection.execute(_DEFAULT_PLANNER)

    async def insert(self, table: type[SQLModel], rows: bulk.Rows, otherwise: str = "") -> None:
        """Insert rows in one statement; `otherwise` is an `ON CONFLICT` clause.

        A row is a dictionary (all have the same keys), or an object with an attribute for each column of the table.
        """
        if not rows:
            return
        self.on_writing()
        if len(rows) >= bulk.MANY:
            # what checks foreign keys is planned by the same setting: once for all rows, or else again for each
            await self._keep_plans(kept=True)
        await bulk.insert(self.connection, table, rows, otherwise)

    async def insert_new(self, table: type[SQLModel], rows: bulk.Rows) -> set[UUID]:
        """Insert the rows that no unique index knows yet, in one statement; gives their ids."""
        if not rows:
            return set()
        sql, values = bulk.insertion(table, rows)
        return {row.id for row in await self.rows(f"{sql} ON CONFLICT DO NOTHING RETURNING id", **values)}

    async def update(
        self, table: type[SQLModel], rows: bulk.Rows, columns: Sequence[str] = (), by: Sequence[str] = ("id",)
    ) -> None:
        """Update rows in one statement: the columns in `by` find the row, the others are set.

        `columns` names both where rows are objects and not all that the table has is meant.
        """
        if rows:
            self.on_writing()
            sql, values = bulk.change(table, rows, columns, by)
            await self.run(sql, **values)

    async def _keep_plans(self, *, kept: bool) -> None:
        if kept != self._plans_are_kept:
            self._plans_are_kept = kept
            mode = "auto" if kept else BY_KEY["plan_cache_mode"]
            await self.connection.execute(bulk.statement(f"SET LOCAL plan_cache_mode = {mode}"))


class Database:
    """A service's own PostgreSQL database.

    Each connection has marks: which cluster, timeline and database it leads to, and since when that server runs. Where they change, the
    database may be another one behind the same name.
    """

    def __init__(self, url: str, *, service: str, connections: int = 8) -> None:
        self.engine = _engine(url, service, connections, ANSWER_SECONDS)
        self.patient = _engine(url, service, PATIENT_CONNECTIONS, PATIENT_SECONDS)
        """For statements over whole tables."""
        self.on_announced: Callable[[], None] = lambda: None
        """Called after a commit that added to the journal; it wakes the relay."""

    @asynccontextmanager
    async def work(self, *, patiently: bool = False) -> AsyncIterator[UnitOfWork]:
        """Open a unit of work; leaving it writes the journal and commits, an exception rolls everything back.

        A statement that is not answered within `ANSWER_SECONDS`, or `patiently` within `PATIENT_SECONDS`, raises `TimeoutError`.
        """
        async with _connection(self.patient if patiently else self.engine) as connection:
            work = UnitOfWork(connection)
            yield work
            if work.announced:
                await journal.append(connection, work.announced, work.traces)
            await connection.commit()
        if work.announced:
            self.on_announced()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[UnitOfWork]:
        """Open a transaction that sees one moment of the database and changes nothing."""
        async with _connection(self.patient) as connection:
            await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            work = UnitOfWork(connection)
            await work.plan_freely()  # lists and audits read whole tables
            yield work

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()
        await self.patient.dispose()


def _engine(url: str, service: str, connections: int, seconds: float) -> AsyncEngine:
    made = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=False,
        hide_parameters=True,  # or personal data would reach the log through an error
        connect_args={
            "timeout": 10,
            "command_timeout": seconds,
            "prepared_statement_cache_size": 500,
            "server_settings": {
                "application_name": f"pulih {service}",
                "idle_in_transaction_session_timeout": "5s",  # a frozen process lets its locks go
                **BY_KEY,
            },
        },
    )
    event.listen(made.sync_engine, "connect", _read_marks)
    return made


@asynccontextmanager
async def _connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Take a connection from the pool. One that gave no answer in time is thrown away: it may lead nowhere."""
    async with engine.connect() as connection:
        try:
            yield connection
        except TimeoutError:
            await connection.invalidate()
            raise


def _read_marks(connection: AdaptedConnection, record: ConnectionPoolEntry) -> None:
    record.info[_MARKS] = connection.run_async(lambda driver: driver.fetchrow(_READ_MARKS))
