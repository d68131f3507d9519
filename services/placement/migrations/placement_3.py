"""The queues of those who look for work are named by vocation and area."""

from alembic import op

revision = "placement_3"
down_revision = "placement_2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE seeking RENAME COLUMN place TO area")
    op.execute("ALTER INDEX seeking_in_line RENAME TO seeking_in_queue")


def downgrade() -> None:
    op.execute("ALTER INDEX seeking_in_queue RENAME TO seeking_in_line")
    op.execute("ALTER TABLE seeking RENAME COLUMN area TO place")
