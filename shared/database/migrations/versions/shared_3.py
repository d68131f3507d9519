"""The mark says where publishing must halt, while a topic grows."""

from alembic import op

revision = "shared_3"
down_revision = "shared_2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE mark ADD COLUMN until bigint")


def downgrade() -> None:
    op.execute("ALTER TABLE mark DROP COLUMN until")
