"""Seats know the calendar: until when newcomers may start, who did not come, who declined, who left early."""

from alembic import op

revision = "training_7"
down_revision = "training_6"
branch_labels = None
depends_on = None

_STATES = "'waiting', 'in-training', 'graduated', 'not-completed', 'withdrawn', 'refused', 'gone'"
_AREAS = {
    "course_open": ("({day})", ""),
    "course_in_regency": ("(vocation, region, {day})", ""),
    "course_in_province": ("(vocation, left(region, 2), {day})", " AND reach <> 'regency'"),
    "course_anywhere": ("(vocation, {day})", " AND (reach = 'national' OR region IS NULL)"),
}


def _indexes(day: str) -> list[str]:
    return [
        statement
        for name, (columns, where) in _AREAS.items()
        for statement in (
            f"DROP INDEX {name}",
            f"CREATE INDEX {name} ON course {columns.format(day=day)} WHERE state = 'open'{where}",
        )
    ]


def upgrade() -> None:
    for statement in (
        "ALTER TABLE course ADD COLUMN entry_until date",
        """
        UPDATE course SET entry_until =
            CASE WHEN ends_on - starts_on + 1 > 14 THEN starts_on + (ends_on - starts_on + 1) / 10 ELSE starts_on END
        """,
        "ALTER TABLE course ALTER COLUMN entry_until SET NOT NULL",
        *_indexes("entry_until"),
        "ALTER TABLE application ADD COLUMN declined uuid[]",
        "ALTER TABLE former_standing ADD COLUMN declined uuid[]",
        "CREATE INDEX application_declined ON application (worker) WHERE state = 'waiting' AND declined IS NOT NULL",
        "ALTER TABLE application DROP CONSTRAINT application_state_check",
        f"ALTER TABLE application ADD CONSTRAINT application_state_check CHECK (state IN ('absent', {_STATES}))",
        "ALTER TABLE enrolment ADD COLUMN released boolean NOT NULL DEFAULT false",
        "DROP INDEX enrolment_one_for_a_seat",
        "CREATE UNIQUE INDEX enrolment_one_for_a_seat ON enrolment (course, seat) WHERE state <> 'cancelled' AND NOT released",
    ):
        op.execute(statement)


def downgrade() -> None:
    for statement in (
        "DROP INDEX enrolment_one_for_a_seat",
        "CREATE UNIQUE INDEX enrolment_one_for_a_seat ON enrolment (course, seat) WHERE state <> 'cancelled'",
        "ALTER TABLE enrolment DROP COLUMN released",
        "UPDATE application SET state = 'withdrawn', reason = 'withdrawn' WHERE state = 'absent'",
        "ALTER TABLE application DROP CONSTRAINT application_state_check",
        f"ALTER TABLE application ADD CONSTRAINT application_state_check CHECK (state IN ({_STATES}))",
        "ALTER TABLE former_standing DROP COLUMN declined",
        "ALTER TABLE application DROP COLUMN declined",
        *_indexes("ends_on"),
        "ALTER TABLE course DROP COLUMN entry_until",
    ):
        op.execute(statement)
