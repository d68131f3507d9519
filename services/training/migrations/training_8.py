"""A provider's code means several courses, one for each run."""

from alembic import op

revision = "training_8"
down_revision = "training_7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in (
        "ALTER TABLE course DROP CONSTRAINT course_agency_code_key",
        "CREATE INDEX course_of_code ON course (code, agency)",
        "ALTER TABLE course ADD COLUMN run int NOT NULL DEFAULT 1",
    ):
        op.execute(statement)


def downgrade() -> None:
    for statement in (
        "ALTER TABLE course DROP COLUMN run",
        "DROP INDEX course_of_code",
        "ALTER TABLE course ADD CONSTRAINT course_agency_code_key UNIQUE (agency, code)",
    ):
        op.execute(statement)
