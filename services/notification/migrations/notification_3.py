"""Which channels there are is said in the program alone: a new one needs no migration."""

from alembic import op

revision = "notification_3"
down_revision = "notification_2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE message DROP CONSTRAINT message_channel_check")


def downgrade() -> None:
    op.execute("ALTER TABLE message ADD CONSTRAINT message_channel_check CHECK (channel IN ('mailbox', 'smtp'))")
