"""How applications stood before they were changed, so that a selection can be replayed."""

from alembic import op

revision = "training_6"
down_revision = "training_5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE former_standing (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            worker uuid NOT NULL,
            spell int NOT NULL,
            until bigint NOT NULL,
            applied_on date NOT NULL,
            position bigint NOT NULL,
            region text,
            wishes text[] NOT NULL,
            restricted boolean NOT NULL,
            waits boolean NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX former_standing_of_worker ON former_standing (worker)")


def downgrade() -> None:
    op.execute("DROP TABLE former_standing")
