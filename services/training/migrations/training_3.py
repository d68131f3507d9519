"""A restricted worker gets no seat, and stands on no list."""

from alembic import op

revision = "training_3"
down_revision = "training_2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE application ADD COLUMN restricted boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    op.execute("ALTER TABLE application DROP COLUMN restricted")
