"""Abroad only those are referred who are certainly 18 and have a card; a vacancy may ask for a certificate."""

from alembic import op

revision = "placement_9"
down_revision = "placement_8"
branch_labels = None
depends_on = ("shared_10",)


def upgrade() -> None:
    for statement in (
        """
        ALTER TABLE candidate ADD COLUMN birth_year smallint, ADD COLUMN sex text CHECK (sex IN ('female', 'male')),
            ADD COLUMN card_until date
        """,
        "ALTER TABLE vacancy ADD COLUMN certificate boolean NOT NULL DEFAULT false",
        "ALTER TABLE seeking ADD COLUMN certified boolean NOT NULL DEFAULT false, ADD COLUMN changes_on date",
        # nobody's age or card is known yet; the queues of those who would go abroad are as wide as Indonesia until they are
        "UPDATE seeking SET area = 'ID' WHERE area = 'WORLD'",
        """
        UPDATE seeking AS s SET certified = true FROM candidate AS c WHERE c.worker = s.worker AND s.vocation <> '' AND (
            s.vocation = ANY(c.certified) OR EXISTS (
                SELECT FROM merged_worker AS m JOIN candidate AS o ON o.worker = m.worker
                WHERE m.person = c.worker AND s.vocation = ANY(o.certified)
            )
        )
        """,
        "CREATE INDEX seeking_certified ON seeking (vocation, area, since, position, worker) WHERE certified",
        "CREATE INDEX seeking_to_judge_anew ON seeking (changes_on) WHERE changes_on IS NOT NULL",
    ):
        op.execute(statement)


def downgrade() -> None:
    for statement in (
        "DROP INDEX seeking_to_judge_anew",
        "DROP INDEX seeking_certified",
        "UPDATE seeking AS s SET area = 'WORLD' FROM candidate AS c WHERE c.worker = s.worker AND c.reach = 'abroad'",
        "ALTER TABLE seeking DROP COLUMN changes_on, DROP COLUMN certified",
        "ALTER TABLE vacancy DROP COLUMN certificate",
        "ALTER TABLE candidate DROP COLUMN card_until, DROP COLUMN sex, DROP COLUMN birth_year",
    ):
        op.execute(statement)
