"""A message may be withheld: its worker was erased, or must not be told of for the time being."""

from alembic import op

revision = "notification_5"
down_revision = "notification_4"
branch_labels = None
depends_on = None

STATES = {
    "message": "message_state_check",
    "tally": "tally_state_check",
}


def upgrade() -> None:
    for table, check in STATES.items():
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {check}")
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {check} CHECK (state IN ('pending', 'delivered', 'failed', 'withheld'))"
        )


def downgrade() -> None:
    for table, check in STATES.items():
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {check}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {check} CHECK (state IN ('pending', 'delivered', 'failed'))")
