"""Openings that wait for an office's approval are not on offer."""

from alembic import op

revision = "placement_4"
down_revision = "placement_3"
branch_labels = None
depends_on = None

COUNT_OPENINGS_TAKEN = """
    CREATE OR REPLACE FUNCTION count_openings_taken() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            UPDATE vacancy SET hired = vacancy.hired + sums.hired, referred = vacancy.referred + sums.referred
            FROM (
                SELECT after.vacancy, count(*) FILTER (WHERE after.state = 'hired') AS hired,
                    count(*) FILTER (WHERE after.state = 'open') AS referred
                FROM after GROUP BY after.vacancy
            ) AS sums WHERE vacancy.id = sums.vacancy;
        ELSE
            UPDATE vacancy SET hired = vacancy.hired + sums.hired, referred = vacancy.referred + sums.referred{offered}
            FROM (
                SELECT moved.vacancy, sum(moved.hired) AS hired, sum(moved.referred) AS referred
                FROM (
                    SELECT vacancy, CAST(state = 'hired' AS int) AS hired, CAST(state = 'open' AS int) AS referred
                    FROM after
                    UNION ALL
                    SELECT vacancy, -CAST(state = 'hired' AS int), -CAST(state = 'open' AS int) FROM before
                ) AS moved GROUP BY moved.vacancy
            ) AS sums WHERE vacancy.id = sums.vacancy AND (sums.hired <> 0 OR sums.referred <> 0);
        END IF;
        RETURN NULL;
    END $$
"""
# a late hire may take an opening that waits
OFFERED = """,
                offered = greatest(offered, vacancy.hired + sums.hired + vacancy.referred + sums.referred)"""


def upgrade() -> None:
    for statement in (
        "ALTER TABLE vacancy ADD COLUMN offered int, ADD COLUMN approved int NOT NULL DEFAULT 0",
        "UPDATE vacancy SET offered = openings",
        """
        ALTER TABLE vacancy ALTER COLUMN offered SET NOT NULL, ALTER COLUMN approved DROP DEFAULT,
            ADD CONSTRAINT only_what_is_offered_is_taken CHECK (hired + referred <= offered AND offered <= openings)
        """,
        COUNT_OPENINGS_TAKEN.format(offered=OFFERED),
        # no index knows what is taken, so that a referral rewrites the vacancy's row within its page and nothing else
        """
        CREATE INDEX vacancy_waiting ON vacancy (agency, posted_on, code COLLATE "C")
        WHERE state = 'open' AND offered < openings
        """,
        "CREATE INDEX vacancy_offered_beyond_approval ON vacancy (agency) WHERE state = 'open' AND offered > approved",
    ):
        op.execute(statement)


def downgrade() -> None:
    op.execute(COUNT_OPENINGS_TAKEN.format(offered=""))
    op.execute("ALTER TABLE vacancy DROP COLUMN offered, DROP COLUMN approved")
