"""The evidence of placements: their grades, what was said of them since, and jobs that were lost again."""

from alembic import op

revision = "placement_10"
down_revision = "placement_9"
branch_labels = None
depends_on = None

_GRADES = (
    "('employer-says', 'confirmed', 'still-working-3-months', 'still-working-6-months', 'still-working-12-months')"
)


def upgrade() -> None:
    for statement in (
        f"""
        ALTER TABLE placement ADD COLUMN said uuid, ADD COLUMN heard_on date, ADD COLUMN told_on date,
            ADD COLUMN grade text NOT NULL DEFAULT 'confirmed' CHECK (grade IN {_GRADES}),
            ADD COLUMN at_first text NOT NULL DEFAULT 'confirmed' CHECK (at_first IN ('employer-says', 'confirmed')),
            ADD COLUMN unopposed boolean NOT NULL DEFAULT false, ADD COLUMN contested boolean NOT NULL DEFAULT false,
            ADD COLUMN ended_on date, ADD COLUMN lost boolean NOT NULL DEFAULT false,
            ADD COLUMN freed boolean NOT NULL DEFAULT false, ADD COLUMN evidence json
        """,
        "CREATE INDEX placement_said ON placement (said) WHERE grade = 'employer-says' AND told_on IS NULL",
        """
        CREATE INDEX placement_unopposed ON placement (told_on)
        WHERE grade = 'employer-says' AND vacancy IS NOT NULL AND NOT contested AND ended_on IS NULL
        """,
        """
        CREATE INDEX placement_to_decide ON placement (heard_on)
        WHERE contested OR (grade = 'employer-says' AND (vacancy IS NULL OR told_on IS NULL))
        """,
        "CREATE INDEX placement_to_follow_up ON placement (placed_on) WHERE grade = 'confirmed' AND ended_on IS NULL",
        "ALTER TABLE referral DROP CONSTRAINT referral_state_check",
        "ALTER TABLE referral ADD CONSTRAINT referral_state_check CHECK (state IN ('open', 'hired', 'lapsed', 'ended'))",
    ):
        op.execute(statement)


def downgrade() -> None:
    for statement in (
        "UPDATE referral SET state = 'lapsed', reason = 'withdrawn' WHERE state = 'ended'",
        "ALTER TABLE referral DROP CONSTRAINT referral_state_check",
        "ALTER TABLE referral ADD CONSTRAINT referral_state_check CHECK (state IN ('open', 'hired', 'lapsed'))",
        *(f"DROP INDEX placement_{name}" for name in ("said", "unopposed", "to_decide", "to_follow_up")),
        """
        ALTER TABLE placement DROP COLUMN said, DROP COLUMN heard_on, DROP COLUMN told_on, DROP COLUMN grade, DROP COLUMN at_first,
            DROP COLUMN unopposed, DROP COLUMN contested, DROP COLUMN ended_on, DROP COLUMN lost, DROP COLUMN freed, DROP COLUMN evidence
        """,
    ):
        op.execute(statement)
