"""What offices count: workers' sex, the days of seats and of results, and which event announced a seat."""

from alembic import op

revision = "training_9"
down_revision = "training_8"
branch_labels = None
depends_on = None

# a worker may have had the same seat twice: the nth enrolment is the nth that was announced
_ENROLMENTS = """
SELECT id, coalesce(named, worker) AS worker, coalesce(named_spell, spell) AS spell, course, seat, row_number() OVER (
    PARTITION BY coalesce(named, worker), coalesce(named_spell, spell), course, seat ORDER BY id) AS nth FROM enrolment
"""
_ANNOUNCED = """
SELECT *, row_number() OVER (PARTITION BY worker, spell, course, seat ORDER BY position) AS nth FROM (
    SELECT id AS said, position, time, key AS worker, CAST(data ->> 'spell' AS int) AS spell, CAST(data ->> 'course' AS uuid) AS course,
        CAST(data ->> 'seat' AS int) AS seat FROM journal WHERE type = 'pulih.worker.enrolled.v1' AND data ->> 'again' IS NULL
) AS enrolled
"""
_RESULTS = """
SELECT DISTINCT ON (key, data ->> 'spell', data ->> 'course') key AS worker, CAST(data ->> 'spell' AS int) AS spell,
    CAST(data ->> 'course' AS uuid) AS course, CAST(data ->> 'on' AS date) AS result_on
FROM journal WHERE type IN ('pulih.worker.graduated.v1', 'pulih.training.not-completed.v1')
ORDER BY key, data ->> 'spell', data ->> 'course', position DESC
"""


def upgrade() -> None:
    for statement in (
        "ALTER TABLE application ADD COLUMN sex text CHECK (sex IN ('female', 'male'))",
        "ALTER TABLE enrolment ADD COLUMN given_on date, ADD COLUMN said uuid, ADD COLUMN result_on date",
        f"""
        UPDATE enrolment AS e SET given_on = CAST(announced.time AT TIME ZONE INTERVAL '7 hours' AS date), said = announced.said
        FROM ({_ENROLMENTS}) AS given JOIN ({_ANNOUNCED}) AS announced USING (worker, spell, course, seat, nth)
        WHERE e.id = given.id
        """,
        f"""
        UPDATE enrolment AS e SET result_on = said.result_on FROM ({_RESULTS}) AS said
        WHERE e.result IS NOT NULL AND said.worker = coalesce(e.named, e.worker)
            AND said.spell = coalesce(e.named_spell, e.spell) AND said.course = e.course
        """,
    ):
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE enrolment DROP COLUMN result_on, DROP COLUMN said, DROP COLUMN given_on")
    op.execute("ALTER TABLE application DROP COLUMN sex")
