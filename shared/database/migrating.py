"""Migrations: bring a service's tables to what its code expects, before it serves a request.

Alembic is loaded only where something is to be done: it takes 11 MB, and most starts find everything done.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from alembic.config import Config

_HERE = Path(__file__).parent
_DEPENDS_ON = re.compile(r'^depends_on = \("(\w+)",\)$', re.MULTILINE)


def configuration(service: str) -> Config:
    """Configure Alembic for one service: the tables that every service keeps, then its own."""
    from alembic.config import Config  # noqa: PLC0415  see above

    config = Config()
    config.set_main_option("script_location", str(_HERE / "migrations"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(map(str, _folders(service))))
    return config


def latest(service: str) -> set[str]:
    """Name the last revision in each of the folders, as Alembic notes them down. A file is called as its revision is.

    A revision on which one of the other folder depends goes without saying.
    """
    files = [list(folder.glob("*_[0-9]*.py")) for folder in _folders(service)]
    last = {max((file.stem for file in each), key=lambda name: int(name.rpartition("_")[2])) for each in files}
    return last.difference(*(_DEPENDS_ON.findall(file.read_text()) for each in files for file in each))


async def migrate(url: str, service: str) -> None:
    """Bring a service's database (`postgresql://…`) up to date. Processes that start together take turns."""
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=NullPool, hide_parameters=True
    )
    try:
        async with engine.begin() as connection:
            if await _revisions(connection) == latest(service):
                return
            # Alembic runs inside this one transaction: all of the changes or none
            await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('pulih migrations'))"))
            await connection.run_sync(_upgrade, configuration(service))
    finally:
        await engine.dispose()


def _folders(service: str) -> tuple[Path, Path]:
    return _HERE / "migrations" / "versions", _HERE.parents[1] / "services" / service / "migrations"


async def _revisions(connection: AsyncConnection) -> set[str]:
    """Read Alembic's own table: the revisions that the database stands at."""
    if await connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return set()
    return {row[0] for row in await connection.execute(text("SELECT version_num FROM alembic_version"))}


def _upgrade(connection: Connection, config: Config) -> None:
    from alembic import command  # noqa: PLC0415  see above

    config.attributes["connection"] = connection
    command.upgrade(config, "heads")


def run_in(context: Any) -> None:  # noqa: ANN401  Alembic's proxy has no type of its own
    """Run the migrations on the connection that `migrate` handed over; called by Alembic through `env.py`."""
    context.configure(connection=context.config.attributes["connection"], transaction_per_migration=False)
    with context.begin_transaction():
        context.run_migrations()
