"""A spell can go on as another worker's, where two workers are one person; a card keeps to whom it was issued."""

from alembic import op

revision = "registration_7"
down_revision = "registration_6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in (
        "ALTER TABLE spell DROP CONSTRAINT spell_state_check",
        """
        ALTER TABLE spell ADD COLUMN placed_on date,
            ADD CONSTRAINT spell_state_check CHECK (state IN ('open', 'withdrawn', 'placed', 'merged'))
        """,
        "UPDATE spell SET placed_on = ended_on WHERE state = 'placed'",
        "ALTER TABLE jobseeker_card ADD COLUMN named uuid REFERENCES worker (id)",
        "ALTER TABLE worker ADD COLUMN lent text[] NOT NULL DEFAULT '{}', ADD COLUMN latest_merge bigint",
        "CREATE SEQUENCE merge_number",
    ):
        op.execute(statement)


def downgrade() -> None:
    for statement in (
        "DROP SEQUENCE merge_number",
        "ALTER TABLE worker DROP COLUMN latest_merge, DROP COLUMN lent",
        "ALTER TABLE jobseeker_card DROP COLUMN named",
        "ALTER TABLE spell DROP CONSTRAINT spell_state_check",
        """
        ALTER TABLE spell DROP COLUMN placed_on,
            ADD CONSTRAINT spell_state_check CHECK (state IN ('open', 'withdrawn', 'placed'))
        """,
    ):
        op.execute(statement)
