"""What was already said of the tasks that agencies owe."""

from alembic import op

revision = "shared_13"
down_revision = "shared_12"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE task_notice (
            kind text NOT NULL, subject text NOT NULL, due date NOT NULL, owed_by text NOT NULL,
            escalated boolean NOT NULL, PRIMARY KEY (kind, subject, due, owed_by)
        )
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE task_notice")
