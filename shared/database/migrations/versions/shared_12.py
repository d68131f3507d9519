"""Facts that count again, or otherwise, when another one is retracted."""

from alembic import op

revision = "shared_12"
down_revision = "shared_11"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE kept_fact (
            id uuid PRIMARY KEY, about uuid, worker uuid, type text NOT NULL, position bigint NOT NULL, data json NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX kept_fact_about ON kept_fact (about)")
    op.execute("CREATE INDEX kept_fact_of_worker ON kept_fact (worker)")


def downgrade() -> None:
    op.execute("DROP TABLE kept_fact")
