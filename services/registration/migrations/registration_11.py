"""A provider's code used again for a later run is a new course."""

from alembic import op

revision = "registration_11"
down_revision = "registration_10"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE course_run (
            course uuid PRIMARY KEY,
            agency uuid NOT NULL,
            code text NOT NULL,
            number int NOT NULL,
            starts_on date NOT NULL,
            ends_on date NOT NULL,
            UNIQUE (agency, code, number)
        )
        """
    )
    op.execute(
        """
        INSERT INTO course_run (course, agency, code, number, starts_on, ends_on)
        SELECT DISTINCT ON (j.key) j.key, g.id, j.data->>'code', 1,
            CAST(j.data->>'starts_on' AS date), CAST(j.data->>'ends_on' AS date)
        FROM journal AS j JOIN agency AS g ON g.slug = j.data->>'agency'
        WHERE j.type = 'pulih.course.offered.v1' ORDER BY j.key, j.position DESC
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE course_run")
