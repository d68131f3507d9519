"""A fact can be retracted. A spell knows that it was withdrawn, also if it was placed since."""

from alembic import op

revision = "registration_9"
down_revision = "registration_8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE assertion ADD COLUMN said_on date, ADD COLUMN retracted_on date")
    op.execute("ALTER TABLE spell ADD COLUMN withdrawn_on date")
    op.execute("UPDATE spell SET withdrawn_on = ended_on WHERE state = 'withdrawn'")


def downgrade() -> None:
    op.execute("ALTER TABLE spell DROP COLUMN withdrawn_on")
    op.execute("ALTER TABLE assertion DROP COLUMN said_on, DROP COLUMN retracted_on")
