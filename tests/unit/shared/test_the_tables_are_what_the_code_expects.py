"""What the migrations make is what SQLModel's tables say, for every service."""

import importlib

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

import shared.database.tables as shared_tables
from shared.topology import SERVICES

FORGIVEN = {"remove_index", "remove_constraint", "remove_table", "add_constraint", "remove_fk"}
"""Indexes, checks and references stand in the migrations alone; Alembic's own table is nobody's."""


def tables_of(service):
    """The tables of this service alone: all services' tables share one registry in a test."""
    modules = [shared_tables, importlib.import_module(f"services.{service}.tables")]
    return {
        kind.__tablename__
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, SQLModel) and "__tablename__" in vars(kind)
    }


@pytest.mark.parametrize("service", SERVICES)
async def test_no_column_is_missing_and_none_is_too_many(database, service):
    own = tables_of(service)

    def differences(connection):
        def included(_object, name, kind, _reflected, _other):
            return kind != "table" or name in own

        context = MigrationContext.configure(
            connection, opts={"include_object": included, "compare_type": True, "compare_server_default": False}
        )
        return compare_metadata(context, SQLModel.metadata)

    made = await database(service)
    async with made.engine.connect() as connection:
        found = await connection.run_sync(differences)
    flat = [each for change in found for each in (change if isinstance(change, list) else [change])]
    assert [change for change in flat if change[0] not in FORGIVEN] == []
    assert own >= {"journal", "cursor", "bookmark", "dead_letter", "agency", "member"}
