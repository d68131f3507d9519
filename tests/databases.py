"""Fresh databases for a test, on whichever PostgreSQL: migrated once for each service, then copied."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Protocol
from uuid import uuid4

import asyncpg

from shared.database.migrating import migrate
from shared.database.unit_of_work import Database


class Server(Protocol):
    """A PostgreSQL with a role for each service: the embedded one, or a container's."""

    def url(self, service: str, database: str | None = None) -> str: ...

    def admin_url(self, database: str = "postgres") -> str: ...


async def order(server: Server, *statements: str, database: str = "postgres") -> None:
    """Run statements as the administrator."""
    admin = await asyncpg.connect(server.admin_url(database))
    try:
        for statement in statements:
            await admin.execute(statement)
    finally:
        await admin.close()


@asynccontextmanager
async def fresh_databases(
    server: Server, templates: dict[str, str]
) -> AsyncIterator[Callable[[str], Awaitable[Database]]]:
    """Give what makes databases: `await make("training")` gives one with that service's tables, dropped in the end."""
    opened: list[Database] = []
    names: list[str] = []

    async def make(service: str) -> Database:
        if service not in templates:
            name = f"template_{service}"
            await order(server, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name} OWNER {service}")
            await migrate(server.url(service, name), service)
            templates[service] = name
        names.append(f"test_{uuid4().hex}")
        await order(server, f"CREATE DATABASE {names[-1]} TEMPLATE {templates[service]} OWNER {service}")
        url = server.url(service, names[-1]).replace("postgresql://", "postgresql+asyncpg://")
        opened.append(Database(url, service=service))
        return opened[-1]

    try:
        yield make
    finally:
        for each in opened:
            await each.close()
        await order(server, *(f"DROP DATABASE {name} WITH (FORCE)" for name in names))
