"""An agency acts for the workers of a region."""

from alembic import op

revision = "shared_5"
down_revision = "shared_4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE agency ADD COLUMN region text")


def downgrade() -> None:
    op.execute("ALTER TABLE agency DROP COLUMN region")
