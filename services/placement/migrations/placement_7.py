"""Placements, answers and postings can be retracted: what they rest on, and what they ended, is kept."""

from alembic import op

revision = "placement_7"
down_revision = "placement_6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in (
        """
        ALTER TABLE candidate ADD COLUMN applied_on date, ADD COLUMN wants_work boolean NOT NULL DEFAULT false,
            ADD COLUMN trained boolean NOT NULL DEFAULT false, ADD COLUMN trained_on date,
            ADD COLUMN is_over boolean NOT NULL DEFAULT false
        """,
        # whether those who look for work came for it is not known here: either way they look since the same day
        """
        UPDATE candidate SET applied_on = since, trained = state <> 'training-first',
            trained_on = CASE WHEN state <> 'training-first' THEN since END, is_over = state = 'withdrawn'
        """,
        "ALTER TABLE vacancy ADD COLUMN void boolean NOT NULL DEFAULT false",
        "ALTER TABLE referral ADD COLUMN lapsed_before text, ADD COLUMN fact uuid",
        "ALTER TABLE placement ADD COLUMN fact uuid",
    ):
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE placement DROP COLUMN fact")
    op.execute("ALTER TABLE referral DROP COLUMN fact, DROP COLUMN lapsed_before")
    op.execute("ALTER TABLE vacancy DROP COLUMN void")
    op.execute(
        "ALTER TABLE candidate DROP COLUMN is_over, DROP COLUMN trained_on, DROP COLUMN trained, DROP COLUMN wants_work, "
        "DROP COLUMN applied_on"
    )
