"""Who is restricted: nobody is told about them, and no agency reads what was told."""

from alembic import op

revision = "notification_6"
down_revision = "notification_5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE restricted (worker uuid PRIMARY KEY)")


def downgrade() -> None:
    op.execute("DROP TABLE restricted")
