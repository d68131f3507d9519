"""Reviews of who a worker is, and the 16 bits by which workers who may be one person are found."""

from alembic import op

revision = "registration_4"
down_revision = "registration_3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in (
        """
        CREATE TABLE review (
            id uuid PRIMARY KEY,
            worker uuid NOT NULL REFERENCES worker (id),
            kind text NOT NULL CHECK (kind IN ('identity', 'contacts', 'same-person')),
            differs text[] NOT NULL,
            agency text NOT NULL,
            assertion uuid NOT NULL,
            other uuid REFERENCES worker (id) CHECK ((other IS NOT NULL) = (kind = 'same-person')),
            state text NOT NULL CHECK (state IN ('open', 'decided')),
            opened_on date NOT NULL,
            decided_on date,
            decided_by text
        )
        """,
        "CREATE INDEX review_of_worker ON review (worker)",
        "CREATE INDEX review_open ON review (id) WHERE state = 'open'",
        "ALTER TABLE worker ADD COLUMN person_print int, ADD COLUMN phone_print int",
        "CREATE INDEX worker_alike ON worker (person_print) WHERE person_print IS NOT NULL",
        "CREATE INDEX worker_reached ON worker (phone_print) WHERE phone_print IS NOT NULL",
        # who was questioned before is reviewed by what the office finds in the journey; the assertion is the last that differed
        """
        INSERT INTO review (id, worker, kind, differs, agency, assertion, state, opened_on)
        SELECT gen_random_uuid(), w.id, 'identity', w.review, g.slug, a.id, 'open', current_date
        FROM worker AS w CROSS JOIN LATERAL (
            SELECT id, agency FROM assertion WHERE worker = w.id ORDER BY id DESC LIMIT 1
        ) AS a JOIN agency AS g ON g.id = a.agency WHERE w.review <> '{}'
        """,
        "DROP INDEX worker_questioned",
        "ALTER TABLE worker DROP COLUMN review",
    ):
        op.execute(statement)


def downgrade() -> None:
    for statement in (
        "ALTER TABLE worker ADD COLUMN review text[] NOT NULL DEFAULT '{}'",
        "CREATE INDEX worker_questioned ON worker (id) WHERE review <> '{}'",
        "DROP TABLE review",
        "ALTER TABLE worker DROP COLUMN person_print, DROP COLUMN phone_print",
    ):
        op.execute(statement)
