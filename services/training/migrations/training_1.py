"""Courses, applications, enrolments and the waiting list; overbooking and sitting in two places cannot be written down."""

from alembic import op

revision = "training_1"
down_revision = None
branch_labels = ("training",)
depends_on = ("shared_1",)


def upgrade() -> None:
    for statement in (
        """
        CREATE TABLE course (
            id uuid PRIMARY KEY,
            code text NOT NULL,
            agency text NOT NULL,
            title text NOT NULL,
            vocation text NOT NULL,
            region text,
            reach text NOT NULL,
            mode text NOT NULL,
            funding text NOT NULL,
            venue text NOT NULL,
            seats int NOT NULL,
            taken int NOT NULL,
            handed_out int NOT NULL,
            given_back int[] NOT NULL,
            starts_on date NOT NULL,
            ends_on date NOT NULL,
            state text NOT NULL CHECK (state IN ('open', 'paused', 'cancelled')),
            was_resumed boolean NOT NULL,
            UNIQUE (agency, code),
            CONSTRAINT course_is_not_overbooked CHECK (taken BETWEEN 0 AND seats),
            CONSTRAINT course_knows_its_free_seats CHECK (taken = handed_out - cardinality(given_back))
        )
        """,
        "CREATE INDEX course_with_room ON course (ends_on) WHERE state = 'open' AND taken < seats",
        """
        CREATE TABLE application (
            worker uuid NOT NULL,
            spell int NOT NULL,
            applied_on date NOT NULL,
            position bigint NOT NULL,
            region text,
            reach text NOT NULL,
            wishes text[] NOT NULL,
            concerns text[] NOT NULL,
            state text NOT NULL CHECK (state IN
                ('waiting', 'in-training', 'graduated', 'not-completed', 'withdrawn', 'refused', 'gone')),
            reason text,
            PRIMARY KEY (worker, spell),
            CONSTRAINT application_says_why_it_ended CHECK ((reason IS NOT NULL) = (state IN ('withdrawn', 'gone')))
        )
        """,
        "CREATE UNIQUE INDEX application_one_open ON application (worker) WHERE state IN ('waiting', 'in-training')",
        "CREATE INDEX application_waiting ON application (applied_on, position, worker) WHERE state = 'waiting'",
        """
        CREATE TABLE enrolment (
            id uuid PRIMARY KEY,
            worker uuid NOT NULL,
            spell int NOT NULL,
            course uuid NOT NULL REFERENCES course,
            vocation text NOT NULL,
            seat int NOT NULL CHECK (seat > 0),
            basis text NOT NULL,
            from_waiting_list boolean NOT NULL,
            passed_on boolean NOT NULL,
            state text NOT NULL CHECK (state IN ('in-training', 'graduated', 'not-completed', 'cancelled')),
            reason text,
            result text,
            certificate text,
            FOREIGN KEY (worker, spell) REFERENCES application,
            CONSTRAINT enrolment_says_why_it_ended CHECK ((reason IS NOT NULL) = (state = 'cancelled')),
            CONSTRAINT enrolment_has_a_result CHECK
                ((result IS NOT NULL) = (state IN ('graduated', 'not-completed'))),
            CONSTRAINT enrolment_graduates_with_a_certificate CHECK ((certificate IS NOT NULL) = (state = 'graduated'))
        )
        """,
        "CREATE UNIQUE INDEX enrolment_one_for_a_seat ON enrolment (course, seat) WHERE state <> 'cancelled'",
        "CREATE UNIQUE INDEX enrolment_one_for_a_worker ON enrolment (worker) WHERE state = 'in-training'",
        "CREATE UNIQUE INDEX enrolment_certificate ON enrolment (certificate) WHERE certificate IS NOT NULL",
        "CREATE INDEX enrolment_of_worker ON enrolment (worker, course)",
        "CREATE INDEX enrolment_of_course ON enrolment (course, id)",
        """
        CREATE TABLE wish (
            worker uuid NOT NULL,
            vocation text NOT NULL,
            spell int NOT NULL,
            region text,
            province text,
            certified text[] NOT NULL,
            applied_on date NOT NULL,
            position bigint NOT NULL,
            PRIMARY KEY (worker, vocation)
        )
        """,
        # one for each reach of a course: the head of the list is found without looking at anybody else
        "CREATE INDEX wish_in_regency ON wish (vocation, region, applied_on, position, worker)",
        "CREATE INDEX wish_in_province ON wish (vocation, province, applied_on, position, worker)",
        "CREATE INDEX wish_anywhere ON wish (vocation, applied_on, position, worker)",
    ):
        op.execute(statement)


def downgrade() -> None:
    for table in ("wish", "enrolment", "application", "course"):
        op.execute(f"DROP TABLE {table}")
