"""How a service's tables come to be what its code expects, before it serves anybody."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

_HERE = Path(__file__).parent


def configuration(service: str) -> Config:
    """Configure Alembic for one service: the tables that every service keeps, then its own."""
    config = Config()
    config.set_main_option("script_location", str(_HERE / "migrations"))
    config.set_main_option("path_separator", "newline")
    theirs = _HERE.parent / "services" / service / "migrations"
    config.set_main_option("version_locations", f"{_HERE / 'migrations' / 'versions'}\n{theirs}")
    return config


async def migrate(url: str, service: str) -> None:
    """Bring a service's database (`postgresql://…`) up to date. Processes that start together take turns."""
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=NullPool, hide_parameters=True
    )
    try:
        async with engine.begin() as connection:
            # Alembic runs inside this one transaction: all of the changes or none
            await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('pulih migrations'))"))
            await connection.run_sync(_upgrade, configuration(service))
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, config: Config) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, "heads")


def run_in(context: Any) -> None:  # noqa: ANN401  Alembic's proxy has no type of its own
    """Run the migrations on the connection that `migrate` handed over; called by Alembic through `env.py`."""
    context.configure(connection=context.config.attributes["connection"], transaction_per_migration=False)
    with context.begin_transaction():
        context.run_migrations()
