"""Which older versions may use the database as it is: those whose revisions it names."""

from alembic import op

revision = "shared_15"
down_revision = "shared_14"
branch_labels = None
depends_on = None
EXPANDS = True


def upgrade() -> None:
    op.execute("CREATE TABLE schema_accepts (revisions text PRIMARY KEY)")


def downgrade() -> None:
    op.execute("DROP TABLE schema_accepts")
