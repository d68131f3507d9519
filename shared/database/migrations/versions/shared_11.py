"""Whether a database is for practice, and how far its clock was moved. A database that holds something already is not."""

from alembic import op

revision = "shared_11"
down_revision = "shared_10"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE calendar (
            id int PRIMARY KEY CHECK (id = 1),
            practice boolean NOT NULL,
            days_ahead int NOT NULL DEFAULT 0,
            CHECK (practice OR days_ahead = 0)
        )
        """
    )
    op.execute(
        "INSERT INTO calendar (id, practice) SELECT 1, false "
        "WHERE EXISTS (SELECT FROM journal) OR EXISTS (SELECT FROM bookmark WHERE position > 0)"
    )


def downgrade() -> None:
    op.execute("DROP TABLE calendar")
