"""Alembic's way in: it runs this file for every command."""

from alembic import context

from shared.database.migrating import run_in

run_in(context)
