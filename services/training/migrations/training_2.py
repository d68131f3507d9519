"""Courses are found by what they teach and where; giving a seat touches no index."""

from alembic import op

revision = "training_2"
down_revision = "training_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in (
        # no index knows `taken`, so that a seat that is given rewrites the row within its page and nothing else
        "DROP INDEX course_with_room",
        "ALTER TABLE course SET (fillfactor = 50)",
        "CREATE INDEX course_open ON course (ends_on) WHERE state = 'open'",
        "CREATE INDEX course_in_regency ON course (vocation, region, ends_on) WHERE state = 'open'",
        (
            "CREATE INDEX course_in_province ON course (vocation, left(region, 2), ends_on) "
            "WHERE state = 'open' AND reach <> 'regency'"
        ),
        (
            "CREATE INDEX course_anywhere ON course (vocation, ends_on) "
            "WHERE state = 'open' AND (reach = 'national' OR region IS NULL)"
        ),
    ):
        op.execute(statement)


def downgrade() -> None:
    for index in ("course_open", "course_in_regency", "course_in_province", "course_anywhere"):
        op.execute(f"DROP INDEX {index}")
    op.execute("ALTER TABLE course RESET (fillfactor)")
    op.execute("CREATE INDEX course_with_room ON course (ends_on) WHERE state = 'open' AND taken < seats")
