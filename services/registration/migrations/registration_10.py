"""A worker of whom no report says what is wanted is registered, and to be asked."""

from alembic import op

revision = "registration_10"
down_revision = "registration_9"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in (
        "ALTER TABLE spell DROP CONSTRAINT spell_wants_check",
        "ALTER TABLE spell ADD CONSTRAINT spell_wants_check CHECK (wants <@ ARRAY['training', 'work'])",
    ):
        op.execute(statement)


def downgrade() -> None:
    for statement in (
        "UPDATE spell SET wants = ARRAY['training'] WHERE cardinality(wants) = 0",  # as a report without them was read
        "ALTER TABLE spell DROP CONSTRAINT spell_wants_check",
        "ALTER TABLE spell ADD CONSTRAINT spell_wants_check CHECK (cardinality(wants) > 0 AND wants <@ ARRAY['training', 'work'])",
    ):
        op.execute(statement)
