"""What an agency said names the member who posted it; so far each agency had one key, its first member's."""

from alembic import op

revision = "registration_5"
down_revision = "registration_4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE assertion ADD COLUMN member text NOT NULL DEFAULT 'first'")
    op.execute("ALTER TABLE assertion ALTER COLUMN member DROP DEFAULT")


def downgrade() -> None:
    op.execute("ALTER TABLE assertion DROP COLUMN member")
