"""The year of birth and the sex of a worker are told to other services."""

from alembic import op

revision = "registration_12"
down_revision = "registration_11"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # they are sealed with the rest of who a worker is: what is said of the worker next fills them in
    op.execute(
        "ALTER TABLE worker ADD COLUMN birth_year smallint, ADD COLUMN sex text CHECK (sex IN ('female', 'male'))"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE worker DROP COLUMN sex, DROP COLUMN birth_year")
