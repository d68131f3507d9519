"""A candidate whose id means another worker is no candidate of its own."""

from alembic import op

revision = "placement_6"
down_revision = "placement_5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE candidate ADD COLUMN merged boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    op.execute("ALTER TABLE candidate DROP COLUMN merged")
