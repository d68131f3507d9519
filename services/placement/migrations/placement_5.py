"""A restricted worker is referred to nobody, and stands in no queue."""

from alembic import op

revision = "placement_5"
down_revision = "placement_4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE candidate ADD COLUMN restricted boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    op.execute("ALTER TABLE candidate DROP COLUMN restricted")
