"""Whose personal data was erased."""

from alembic import op

revision = "shared_9"
down_revision = "shared_8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE erased (worker uuid PRIMARY KEY, at timestamptz NOT NULL)")


def downgrade() -> None:
    op.execute("DROP TABLE erased")
