"""A worker may be restricted: kept, and neither matched nor mailed nor read."""

from alembic import op

revision = "registration_6"
down_revision = "registration_5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE worker ADD COLUMN restricted boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    op.execute("ALTER TABLE worker DROP COLUMN restricted")
