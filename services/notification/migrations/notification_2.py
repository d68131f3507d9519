"""A message's id says event and receiver already: one index fewer to keep for each of them."""

from alembic import op

revision = "notification_2"
down_revision = "notification_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DROP INDEX message_once")


def downgrade() -> None:
    op.execute("CREATE UNIQUE INDEX message_once ON message (event, receiver)")
