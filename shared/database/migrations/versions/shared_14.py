"""A database that went back in time: a bookmark keeps the id of the last event, by which a speaker sees what it lost."""

from alembic import op

revision = "shared_14"
down_revision = "shared_13"
branch_labels = None
depends_on = None
EXPANDS = True


def upgrade() -> None:
    op.execute("ALTER TABLE bookmark ADD COLUMN last_id uuid")
    op.execute(
        """
        CREATE TABLE restoration (
            last bigint PRIMARY KEY, first bigint NOT NULL, at timestamptz NOT NULL, taken_back bigint NOT NULL,
            gone uuid[] NOT NULL
        )
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE restoration")
    op.execute("ALTER TABLE bookmark DROP COLUMN last_id")
