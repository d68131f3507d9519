"""A candidate of whom no report says what is wanted is to be asked."""

from alembic import op

revision = "placement_8"
down_revision = "placement_7"
branch_labels = None
depends_on = None

_STATES = "'training-first', 'looking', 'referred', 'placed', 'withdrawn'"


def upgrade() -> None:
    for statement in (
        "ALTER TABLE candidate ADD COLUMN unasked boolean NOT NULL DEFAULT false",
        "ALTER TABLE candidate DROP CONSTRAINT candidate_state_check",
        f"ALTER TABLE candidate ADD CONSTRAINT candidate_state_check CHECK (state IN ('to-be-asked', {_STATES}))",
    ):
        op.execute(statement)


def downgrade() -> None:
    for statement in (
        "UPDATE candidate SET state = 'training-first' WHERE state = 'to-be-asked'",
        "ALTER TABLE candidate DROP CONSTRAINT candidate_state_check",
        f"ALTER TABLE candidate ADD CONSTRAINT candidate_state_check CHECK (state IN ({_STATES}))",
        "ALTER TABLE candidate DROP COLUMN unasked",
    ):
        op.execute(statement)
