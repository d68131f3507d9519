"""An agency's record names the offices that may enter on its behalf."""

from alembic import op

revision = "shared_7"
down_revision = "shared_6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE agency ADD COLUMN delegates text[] NOT NULL DEFAULT '{}'")
    op.execute("CREATE INDEX agency_delegates ON agency USING gin (delegates)")


def downgrade() -> None:
    op.execute("ALTER TABLE agency DROP COLUMN delegates")
