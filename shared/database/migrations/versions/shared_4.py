"""The relay's cursor and its columns get the names that the code uses."""

from alembic import op

revision = "shared_4"
down_revision = "shared_3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in (
        "ALTER TABLE mark RENAME TO cursor",
        "ALTER TABLE cursor RENAME COLUMN lasts TO last_by_partition",
        "ALTER TABLE cursor RENAME COLUMN until TO halt_at",
        "ALTER INDEX mark_pkey RENAME TO cursor_pkey",
    ):
        op.execute(statement)


def downgrade() -> None:
    for statement in (
        "ALTER INDEX cursor_pkey RENAME TO mark_pkey",
        "ALTER TABLE cursor RENAME COLUMN halt_at TO until",
        "ALTER TABLE cursor RENAME COLUMN last_by_partition TO lasts",
        "ALTER TABLE cursor RENAME TO mark",
    ):
        op.execute(statement)
