"""Candidates and the lines they stand in, vacancies, referrals, placements; the database counts what is taken."""

from alembic import op

revision = "placement_1"
down_revision = None
branch_labels = ("placement",)
depends_on = ("shared_1",)


def upgrade() -> None:
    for statement in (
        """
        CREATE TABLE candidate (
            worker uuid PRIMARY KEY,
            spell int NOT NULL,
            state text NOT NULL CHECK (state IN ('training-first', 'looking', 'referred', 'placed', 'withdrawn')),
            region text,
            reach text NOT NULL CHECK (reach IN ('province', 'national', 'abroad')),
            wishes text[] NOT NULL,
            certified text[] NOT NULL,
            concerns text[] NOT NULL,
            since date,
            position bigint NOT NULL
        ) WITH (fillfactor = 80)
        """,
        """
        CREATE TABLE seeking (
            worker uuid NOT NULL,
            vocation text NOT NULL,
            place text NOT NULL,
            since date NOT NULL,
            position bigint NOT NULL,
            PRIMARY KEY (worker, vocation)
        )
        """,
        "CREATE INDEX seeking_in_line ON seeking (vocation, place, since, position, worker)",
        """
        CREATE TABLE vacancy (
            id uuid PRIMARY KEY,
            code text NOT NULL,
            agency text NOT NULL,
            title text NOT NULL,
            vocation text NOT NULL,
            employer text NOT NULL,
            region text,
            country text NOT NULL,
            posted_on date NOT NULL,
            openings int NOT NULL CHECK (openings > 0),
            hired int NOT NULL CHECK (hired >= 0),
            referred int NOT NULL CHECK (referred >= 0),
            state text NOT NULL CHECK (state IN ('open', 'filled', 'closed')),
            calling boolean NOT NULL,
            CONSTRAINT no_opening_given_twice CHECK (hired + referred <= openings),
            CONSTRAINT filled_is_full CHECK (state <> 'filled' OR hired = openings)
        ) WITH (fillfactor = 80)
        """,
        "CREATE INDEX vacancy_with_room ON vacancy (vocation) WHERE state = 'open' AND hired + referred < openings",
        "CREATE INDEX vacancy_calling ON vacancy (posted_on, agency, code) WHERE calling",
        "CREATE INDEX vacancy_closed_on_somebody ON vacancy (id) WHERE state = 'closed' AND referred > 0",
        "CREATE INDEX vacancy_of_agency ON vacancy (agency, id)",
        """
        CREATE TABLE referral (
            id uuid PRIMARY KEY,
            worker uuid NOT NULL,
            spell int NOT NULL,
            vacancy uuid NOT NULL REFERENCES vacancy (id),
            route text NOT NULL CHECK (route IN ('AKL', 'AKAD', 'AKAN')),
            state text NOT NULL CHECK (state IN ('open', 'hired', 'lapsed')),
            reason text,
            respond_by date NOT NULL,
            CONSTRAINT sent_to_a_vacancy_once UNIQUE (worker, vacancy),
            CONSTRAINT lapsed_for_a_reason CHECK ((state = 'lapsed') = (reason IS NOT NULL))
        )
        """,
        "CREATE UNIQUE INDEX one_open_referral ON referral (worker) WHERE state = 'open'",
        "CREATE INDEX referral_of_vacancy ON referral (vacancy, id)",
        "CREATE INDEX referral_unanswered ON referral (respond_by) WHERE state = 'open'",
        """
        CREATE TABLE placement (
            worker uuid NOT NULL,
            spell int NOT NULL,
            outcome text NOT NULL CHECK (outcome IN ('hired', 'recalled', 'self-employed')),
            placed_on date NOT NULL,
            agency text NOT NULL,
            vacancy uuid REFERENCES vacancy (id),
            employer text,
            region text,
            country text,
            route text CHECK (route IN ('AKL', 'AKAD', 'AKAN')),
            PRIMARY KEY (worker, spell),
            CONSTRAINT only_a_hire_has_a_route CHECK (
                (outcome = 'hired') = (route IS NOT NULL) AND (outcome = 'hired') = (vacancy IS NOT NULL)
            )
        )
        """,
        # one statement may lapse one referral and turn another into a hire: the sums are judged once, after both
        """
        CREATE FUNCTION count_openings_taken() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                UPDATE vacancy SET hired = vacancy.hired + sums.hired, referred = vacancy.referred + sums.referred
                FROM (
                    SELECT after.vacancy, count(*) FILTER (WHERE after.state = 'hired') AS hired,
                        count(*) FILTER (WHERE after.state = 'open') AS referred
                    FROM after GROUP BY after.vacancy
                ) AS sums WHERE vacancy.id = sums.vacancy;
            ELSE
                UPDATE vacancy SET hired = vacancy.hired + sums.hired, referred = vacancy.referred + sums.referred
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
        """,
        """
        CREATE TRIGGER referral_made AFTER INSERT ON referral
        REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION count_openings_taken()
        """,
        """
        CREATE TRIGGER referral_answered AFTER UPDATE ON referral
        REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION count_openings_taken()
        """,
    ):
        op.execute(statement)


def downgrade() -> None:
    for table in ("placement", "referral", "vacancy", "seeking", "candidate"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION count_openings_taken")
