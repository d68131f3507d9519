"""An application knows that an employer alone says the worker works again."""

from alembic import op

revision = "training_10"
down_revision = "training_9"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE application "
        "ADD COLUMN employer_says text CHECK (employer_says IN ('hired', 'recalled', 'self-employed')), "
        "ADD COLUMN employer_says_of uuid"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE application DROP COLUMN employer_says_of, DROP COLUMN employer_says")
