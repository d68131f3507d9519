"""Results, courses and withdrawn spells can be put right: who said a result, what was revoked, what is over."""

from alembic import op

revision = "training_5"
down_revision = "training_4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE course ADD COLUMN void boolean NOT NULL DEFAULT false")
    op.execute("ALTER TABLE application ADD COLUMN is_over boolean NOT NULL DEFAULT false")
    op.execute(
        "ALTER TABLE enrolment ADD COLUMN result_fact uuid, ADD COLUMN times_revoked int NOT NULL DEFAULT 0, "
        "ADD COLUMN ended_on date"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE enrolment DROP COLUMN ended_on, DROP COLUMN times_revoked, DROP COLUMN result_fact")
    op.execute("ALTER TABLE application DROP COLUMN is_over")
    op.execute("ALTER TABLE course DROP COLUMN void")
