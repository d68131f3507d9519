"""Migrations: bring a service's tables to what its code expects, before it serves a request.

A migration that only adds (`EXPANDS = True`) leaves the database usable by the version before: the database then accepts that version, and
a service that finds a database of a later version runs where it is accepted. So a new version can be rolled back, and run beside the old one.

Alembic is loaded only where something is to be done: it takes 11 MB, and most starts find everything done.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from shared.faults import Misconfigured

if TYPE_CHECKING:
    from alembic.config import Config

log = logging.getLogger(__name__)

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
            found = await _revisions(connection)
            if found == latest(service):
                return
            if found - _known(service):
                await _be_accepted(connection, service)
                return
            # Alembic runs inside this one transaction: all of the changes or none
            await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('pulih migrations'))"))
            await connection.run_sync(_upgrade, configuration(service))
    finally:
        await engine.dispose()


def _folders(service: str) -> tuple[Path, Path]:
    return _HERE / "migrations" / "versions", _HERE.parents[1] / "services" / service / "migrations"


def _known(service: str) -> set[str]:
    """Name all revisions that this version has."""
    return {file.stem for folder in _folders(service) for file in folder.glob("*_[0-9]*.py")}


async def _be_accepted(connection: AsyncConnection, service: str) -> None:
    """Go on with a database of a later version where that accepts this one. Raises `Misconfigured`."""
    accepted = []
    if await connection.scalar(text("SELECT to_regclass('schema_accepts')")) is not None:
        accepted = [row[0] for row in await connection.execute(text("SELECT revisions FROM schema_accepts"))]
    if _written(latest(service)) not in accepted:
        raise Misconfigured(
            "its database is of a later version, and this version cannot use it: start the later version, or restore the "
            "database as it was before it"
        )
    log.warning("the database is of a later version that accepts this one", extra={"service": service})


def _written(revisions: Iterable[str]) -> str:
    return " ".join(sorted(revisions))


async def _revisions(connection: AsyncConnection) -> set[str]:
    """Read Alembic's own table: the revisions that the database stands at."""
    if await connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return set()
    return {row[0] for row in await connection.execute(text("SELECT version_num FROM alembic_version"))}


def _upgrade(connection: Connection, config: Config) -> None:
    from alembic import command  # noqa: PLC0415  see above

    there = connection.scalar(text("SELECT to_regclass('alembic_version')")) is not None
    before = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() if there else []
    config.attributes["connection"] = connection
    command.upgrade(config, "heads")
    applied = config.attributes.get("applied", [])
    if not all(getattr(module, "EXPANDS", False) for module in applied):
        connection.execute(text("DELETE FROM schema_accepts"))
    elif before and applied:
        accept = text("INSERT INTO schema_accepts VALUES (:revisions) ON CONFLICT DO NOTHING")
        connection.execute(accept, {"revisions": _written(before)})


def run_in(context: Any) -> None:  # noqa: ANN401  Alembic's proxy has no type of its own
    """Run the migrations on the connection that `migrate` handed over; called by Alembic through `env.py`."""
    applied = context.config.attributes.setdefault("applied", [])
    context.configure(
        connection=context.config.attributes["connection"],
        transaction_per_migration=False,
        on_version_apply=lambda *, step, **_: applied.append(step.up_revision.module),
    )
    with context.begin_transaction():
        context.run_migrations()
