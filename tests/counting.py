"""What a database is asked, statement by statement: a batch must cost the same number of them whatever its size."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import pytest
from sqlalchemy import event

from shared.database.bulk import MANY
from shared.database.unit_of_work import Database

FEW, MORE = MANY, 3 * MANY
"""Two sizes of a batch; of a smaller one rows travel another way."""


@contextmanager
def counting(database: Database) -> Iterator[list[str]]:
    """The statements that the database is sent meanwhile, in their order; `COPY`, which SQLAlchemy does not see, too.

    Settings are left out: there is at most one for each statement.
    """
    statements: list[str] = []
    engines = [each.sync_engine for each in (database.engine, database.patient)]
    copy = asyncpg.Connection.copy_records_to_table

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("SET LOCAL"):
            statements.append(statement)

    async def note_copy(connection: asyncpg.Connection, table: str, **how: Any) -> str:
        statements.append(f"COPY {table}")
        return await copy(connection, table, **how)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(asyncpg.Connection, "copy_records_to_table", note_copy)
            yield statements
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
