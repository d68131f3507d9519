"""Workers, spells, assertions, jobseekers' cards, steps."""

from alembic import op

revision = "registration_1"
down_revision = None
branch_labels = ("registration",)
depends_on = ("shared_1",)


def upgrade() -> None:
    for statement in (
        """
        CREATE TABLE worker (
            id uuid PRIMARY KEY,
            nik_print bytea NOT NULL UNIQUE CHECK (octet_length(nik_print) = 32),
            name_print bytea NOT NULL,
            birth_print bytea,
            sealed text NOT NULL,
            contact text NOT NULL,
            region text,
            review text[] NOT NULL,
            spell int NOT NULL CHECK (spell > 0)
        ) WITH (fillfactor = 80)
        """,
        "CREATE INDEX worker_questioned ON worker (id) WHERE review <> '{}'",
        """
        CREATE TABLE spell (
            worker uuid NOT NULL REFERENCES worker (id),
            number int NOT NULL CHECK (number > 0),
            state text NOT NULL CHECK (state IN ('open', 'withdrawn', 'placed')),
            reason text NOT NULL CHECK (reason IN ('laid-off', 'furloughed', 'jobseeker')),
            applied_on date NOT NULL,
            reach text NOT NULL CHECK (reach IN ('province', 'national', 'abroad')),
            wants text[] NOT NULL CHECK (cardinality(wants) > 0 AND wants <@ ARRAY['training', 'work']),
            wishes text[] NOT NULL,
            agency text NOT NULL,
            referred_by text,
            concerns text[] NOT NULL CHECK (cardinality(concerns) > 0),
            reports json NOT NULL,
            ended_on date,
            PRIMARY KEY (worker, number),
            CHECK ((state = 'open') = (ended_on IS NULL))
        ) WITH (fillfactor = 80)
        """,
        "CREATE UNIQUE INDEX spell_open ON spell (worker) WHERE state = 'open'",
        """
        CREATE TABLE assertion (
            id uuid PRIMARY KEY,
            agency uuid NOT NULL,
            source text NOT NULL CHECK (source <> ''),
            event_id text NOT NULL CHECK (event_id <> ''),
            digest bytea NOT NULL,
            type text NOT NULL,
            kind text,
            subject uuid NOT NULL,
            worker uuid REFERENCES worker (id),
            sealed text NOT NULL,
            received_at timestamptz NOT NULL,
            UNIQUE (agency, source, event_id)
        )
        """,
        "CREATE INDEX assertion_about ON assertion (worker, agency) WHERE worker IS NOT NULL",
        "CREATE SEQUENCE jobseeker_card_number",
        """
        CREATE TABLE jobseeker_card (
            number text PRIMARY KEY,
            worker uuid NOT NULL REFERENCES worker (id),
            agency text NOT NULL,
            issued_on date NOT NULL,
            valid_until date NOT NULL CHECK (valid_until > issued_on),
            current boolean NOT NULL
        )
        """,
        "CREATE UNIQUE INDEX jobseeker_card_current ON jobseeker_card (worker) WHERE current",
        """
        CREATE TABLE step (
            id uuid PRIMARY KEY,
            worker uuid NOT NULL,
            at timestamptz NOT NULL,
            speaker text NOT NULL,
            type text NOT NULL,
            data json NOT NULL
        )
        """,
        "CREATE INDEX step_of_worker ON step (worker)",
        "CREATE INDEX journal_about ON journal (key)",
    ):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX journal_about")
    for table in ("step", "jobseeker_card", "assertion", "spell", "worker"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP SEQUENCE jobseeker_card_number")
