"""Walk-ins: an agency says to have taken on a worker who was not referred; a hire may have no vacancy."""

from alembic import op

revision = "placement_11"
down_revision = "placement_10"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in (
        """
        CREATE TABLE walk_in (
            id uuid PRIMARY KEY, worker uuid NOT NULL, agency text NOT NULL, placed_on date NOT NULL, heard_on date NOT NULL,
            employer text NOT NULL, vocation text, region text, country text NOT NULL,
            state text NOT NULL CHECK (state IN ('reported', 'confirmed', 'denied'))
        )
        """,
        "CREATE INDEX walk_in_of_worker ON walk_in (worker)",
        "CREATE INDEX walk_in_to_decide ON walk_in (heard_on) WHERE state = 'reported'",
        "ALTER TABLE placement DROP CONSTRAINT only_a_hire_has_a_route",
        """
        ALTER TABLE placement ADD CONSTRAINT only_a_hire_has_a_route CHECK (
            (outcome = 'hired') = (route IS NOT NULL) AND (outcome = 'hired' OR vacancy IS NULL)
        )
        """,
    ):
        op.execute(statement)


def downgrade() -> None:
    for statement in (
        "DELETE FROM placement WHERE outcome = 'hired' AND vacancy IS NULL",
        "ALTER TABLE placement DROP CONSTRAINT only_a_hire_has_a_route",
        """
        ALTER TABLE placement ADD CONSTRAINT only_a_hire_has_a_route CHECK (
            (outcome = 'hired') = (route IS NOT NULL) AND (outcome = 'hired') = (vacancy IS NOT NULL)
        )
        """,
        "DROP TABLE walk_in",
    ):
        op.execute(statement)
