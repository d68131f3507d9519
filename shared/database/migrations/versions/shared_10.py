"""Workers who were merged: ids that mean another worker."""

from alembic import op

revision = "shared_10"
down_revision = "shared_9"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE merged_worker (
            worker uuid PRIMARY KEY,
            spell int NOT NULL,
            into_worker uuid NOT NULL CHECK (into_worker <> worker),
            into_spell int,
            person uuid NOT NULL CHECK (person <> worker),
            joint_worker uuid,
            joint_spell int,
            CHECK ((joint_worker IS NULL) = (joint_spell IS NULL))
        )
        """
    )
    op.execute("CREATE INDEX merged_worker_of_person ON merged_worker (person)")
    op.execute("CREATE TABLE handled_merge (number bigint PRIMARY KEY)")
    op.execute(
        "CREATE TABLE deferred_event (position bigint PRIMARY KEY, key uuid NOT NULL, type text NOT NULL, data json NOT NULL)"
    )


def downgrade() -> None:
    op.execute("DROP TABLE deferred_event")
    op.execute("DROP TABLE handled_merge")
    op.execute("DROP TABLE merged_worker")
