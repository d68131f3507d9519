"""A seat keeps the id under which it was given; an application knows under which other id of the worker it was ended.

It also knows whether the worker wants training under this very id.
"""

from alembic import op

revision = "training_4"
down_revision = "training_3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE application ADD COLUMN ended_as uuid, ADD COLUMN wants_training boolean NOT NULL DEFAULT true"
    )
    op.execute(
        """
        ALTER TABLE enrolment ADD COLUMN named uuid, ADD COLUMN named_spell int,
            ADD CONSTRAINT enrolment_names_a_worker_and_a_spell CHECK ((named IS NULL) = (named_spell IS NULL))
        """
    )


def downgrade() -> None:
    op.execute("ALTER TABLE enrolment DROP COLUMN named, DROP COLUMN named_spell")
    op.execute("ALTER TABLE application DROP COLUMN ended_as, DROP COLUMN wants_training")
