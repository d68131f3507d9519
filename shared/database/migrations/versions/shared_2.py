"""The journal remembers which trace an event belongs to, where tracing is on."""

from alembic import op

revision = "shared_2"
down_revision = "shared_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE journal ADD COLUMN trace text")


def downgrade() -> None:
    op.execute("ALTER TABLE journal DROP COLUMN trace")
