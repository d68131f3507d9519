"""A spell's reports become claims, the first one among them; a spell knows when the desk heard of its end; moves."""

from alembic import op

revision = "registration_2"
down_revision = "registration_1"
branch_labels = None
depends_on = None

_FIRST = """
jsonb_strip_nulls(jsonb_build_object(
    'on', applied_on, 'counts_from', applied_on, 'reason', reason, 'wants', wants, 'wishes', wishes, 'reach', reach,
    'agency', agency, 'referred_by', CASE WHEN referred_by = agency THEN agency END
))
"""
_LATER = "SELECT coalesce(jsonb_agg(r || jsonb_build_object('counts_from', r->'on')), '[]') FROM jsonb_array_elements(claims::jsonb) AS r"


def upgrade() -> None:
    for statement in (
        "ALTER TABLE spell RENAME COLUMN reports TO claims",
        "ALTER TABLE spell ADD COLUMN heard_on date",
        f"UPDATE spell SET claims = (jsonb_build_array({_FIRST}) || ({_LATER}))::json, heard_on = ended_on",
        """
        CREATE TABLE move (
            worker uuid PRIMARY KEY REFERENCES worker (id),
            agency text NOT NULL,
            region text NOT NULL,
            came_from text,
            due_on date NOT NULL
        )
        """,
        "CREATE INDEX move_due ON move (due_on)",
        "CREATE TABLE practice (id int PRIMARY KEY CHECK (id = 1), practice boolean NOT NULL)",
        "INSERT INTO practice SELECT 1, false WHERE EXISTS (SELECT FROM worker)",
    ):
        op.execute(statement)


def downgrade() -> None:
    for statement in (
        "DROP TABLE practice",
        "DROP TABLE move",
        "UPDATE spell SET claims = (claims::jsonb - 0)::json",
        "ALTER TABLE spell DROP COLUMN heard_on",
        "ALTER TABLE spell RENAME COLUMN claims TO reports",
    ):
        op.execute(statement)
