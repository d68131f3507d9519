"""Every service knows whether its database is for practice; registration did before."""

from alembic import op

revision = "registration_8"
down_revision = "registration_7"
branch_labels = None
depends_on = ("shared_11",)


def upgrade() -> None:
    for statement in (
        "DELETE FROM calendar WHERE EXISTS (SELECT FROM practice)",
        "INSERT INTO calendar (id, practice) SELECT id, practice FROM practice",
        "DROP TABLE practice",
    ):
        op.execute(statement)


def downgrade() -> None:
    for statement in (
        "CREATE TABLE practice (id int PRIMARY KEY CHECK (id = 1), practice boolean NOT NULL)",
        "INSERT INTO practice (id, practice) SELECT id, practice FROM calendar",
    ):
        op.execute(statement)
