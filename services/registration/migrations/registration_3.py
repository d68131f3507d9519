"""Each worker's data key, wrapped by a master key."""

from alembic import op

revision = "registration_3"
down_revision = "registration_2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE data_key (worker uuid PRIMARY KEY, wrapped text NOT NULL)")


def downgrade() -> None:
    op.execute("DROP TABLE data_key")
