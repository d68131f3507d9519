"""A run of a course's code ends when the offers of it say that were not retracted: its days are kept nowhere else."""

from alembic import op

revision = "registration_13"
down_revision = "registration_12"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE course_run DROP COLUMN starts_on, DROP COLUMN ends_on")


def downgrade() -> None:
    for statement in (
        "ALTER TABLE course_run ADD COLUMN starts_on date, ADD COLUMN ends_on date",
        """
        UPDATE course_run AS r SET starts_on = offered.starts_on, ends_on = offered.ends_on FROM (
            SELECT DISTINCT ON (key) key, CAST(data->>'starts_on' AS date) AS starts_on, CAST(data->>'ends_on' AS date) AS ends_on
            FROM journal WHERE type = 'pulih.course.offered.v1' ORDER BY key, position DESC
        ) AS offered WHERE offered.key = r.course
        """,
        "ALTER TABLE course_run ALTER COLUMN starts_on SET NOT NULL, ALTER COLUMN ends_on SET NOT NULL",
    ):
        op.execute(statement)
