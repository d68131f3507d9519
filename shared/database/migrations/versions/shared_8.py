"""The access record: rows are only ever appended, and the database says so."""

from alembic import op

revision = "shared_8"
down_revision = "shared_7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in (
        """
        CREATE TABLE access (
            position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            at timestamptz NOT NULL,
            agency text,
            person text NOT NULL,
            route text NOT NULL,
            worker uuid,
            outcome text NOT NULL CHECK (outcome IN ('read', 'refused', 'asked')),
            purpose text
        )
        """,
        "CREATE INDEX access_about ON access (worker, position) WHERE worker IS NOT NULL",
        """
        CREATE FUNCTION access_is_kept() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the access record is only ever appended to'; END $$
        """,
        """
        CREATE TRIGGER access_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON access
        FOR EACH STATEMENT EXECUTE FUNCTION access_is_kept()
        """,
    ):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE access")
    op.execute("DROP FUNCTION access_is_kept")
