"""Messages, their tally, and the sealed contacts of workers."""

from alembic import op

revision = "notification_1"
down_revision = None
branch_labels = ("notification",)
depends_on = ("shared_1",)


def upgrade() -> None:
    for statement in (
        """
        CREATE TABLE message (
            position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            id uuid NOT NULL UNIQUE,
            event uuid NOT NULL,
            type text NOT NULL,
            receiver text NOT NULL,
            subject uuid NOT NULL,
            data json NOT NULL,
            said_at timestamptz NOT NULL,
            channel text NOT NULL CHECK (channel IN ('mailbox', 'smtp')),
            state text NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
            failure text CHECK ((failure IS NOT NULL) = (state = 'failed')),
            attempts int NOT NULL DEFAULT 0,
            kept_at timestamptz NOT NULL,
            next_at timestamptz CHECK ((next_at IS NOT NULL) = (state = 'pending')),
            settled_at timestamptz CHECK ((settled_at IS NULL) = (state = 'pending'))
        )
        """,
        "CREATE UNIQUE INDEX message_once ON message (event, receiver)",
        "CREATE INDEX message_of_receiver ON message (receiver, position)",
        "CREATE INDEX message_about ON message (subject, position)",
        "CREATE INDEX message_due ON message (next_at) WHERE state = 'pending'",
        """
        CREATE TABLE tally (
            receiver text NOT NULL,
            state text NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
            n bigint NOT NULL CHECK (n >= 0),
            PRIMARY KEY (receiver, state)
        ) WITH (fillfactor = 50)
        """,
        "CREATE TABLE contact (worker uuid PRIMARY KEY, sealed text NOT NULL, position bigint NOT NULL)",
    ):
        op.execute(statement)


def downgrade() -> None:
    for table in ("contact", "tally", "message"):
        op.execute(f"DROP TABLE {table}")
