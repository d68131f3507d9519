"""Journal, mark, bookmarks, dead letters, and the agencies that may speak: what every service keeps."""

from alembic import op

revision = "shared_1"
down_revision = None
branch_labels = ("shared",)
depends_on = None


def upgrade() -> None:
    for statement in (
        """
        CREATE TABLE journal (
            position bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
            id uuid NOT NULL,
            type text NOT NULL,
            key uuid NOT NULL,
            time timestamptz NOT NULL,
            data json NOT NULL
        )
        """,
        "CREATE TABLE mark (id int PRIMARY KEY CHECK (id = 1), position bigint NOT NULL, lasts bigint[] NOT NULL)",
        "INSERT INTO mark (id, position, lasts) VALUES (1, 0, '{}')",
        """
        CREATE TABLE bookmark (
            topic text NOT NULL,
            partition int NOT NULL,
            position bigint NOT NULL,
            heard bigint NOT NULL,
            PRIMARY KEY (topic, partition)
        ) WITH (fillfactor = 50)
        """,
        """
        CREATE TABLE dead_letter (
            id uuid PRIMARY KEY,
            topic text NOT NULL,
            partition int NOT NULL,
            record_offset bigint NOT NULL,
            position bigint,
            type text,
            key bytea,
            headers json NOT NULL,
            value bytea,
            digest bytea NOT NULL,
            reason text NOT NULL,
            state text NOT NULL CHECK (state IN ('waiting', 'replayed', 'discarded')),
            buried_at timestamptz NOT NULL,
            settled_at timestamptz
        )
        """,
        "CREATE UNIQUE INDEX dead_letter_once ON dead_letter (topic, partition, digest)",
        "CREATE INDEX dead_letter_waiting ON dead_letter (id) WHERE state = 'waiting'",
        """
        CREATE TABLE agency (
            id uuid PRIMARY KEY,
            slug text NOT NULL UNIQUE,
            name text NOT NULL,
            role text NOT NULL,
            key_hash text NOT NULL UNIQUE,
            email text,
            revoked boolean NOT NULL DEFAULT false
        )
        """,
    ):
        op.execute(statement)


def downgrade() -> None:
    for table in ("agency", "dead_letter", "bookmark", "mark", "journal"):
        op.execute(f"DROP TABLE {table}")
