"""An agency has members, each with a key of its own; the key that it had is its first member's."""

from alembic import op

revision = "shared_6"
down_revision = "shared_5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in (
        """
        CREATE TABLE member (
            agency uuid NOT NULL,
            name text NOT NULL,
            key_hash text NOT NULL UNIQUE,
            revoked boolean NOT NULL DEFAULT false,
            PRIMARY KEY (agency, name)
        )
        """,
        "INSERT INTO member (agency, name, key_hash, revoked) SELECT id, 'first', key_hash, revoked FROM agency",
        "ALTER TABLE agency DROP COLUMN key_hash",
    ):
        op.execute(statement)


def downgrade() -> None:
    for statement in (
        "ALTER TABLE agency ADD COLUMN key_hash text UNIQUE",
        "UPDATE agency SET key_hash = m.key_hash FROM member AS m WHERE m.agency = agency.id AND m.name = 'first'",
        "ALTER TABLE agency ALTER COLUMN key_hash SET NOT NULL",
        "DROP TABLE member",
    ):
        op.execute(statement)
