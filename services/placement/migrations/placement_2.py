"""Vacancies are found by vocation and province; a referral touches none of their indexes."""

from alembic import op

revision = "placement_2"
down_revision = "placement_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # no index knows what is taken, so that a referral rewrites the vacancy's row within its page and nothing else
    op.execute("DROP INDEX vacancy_with_room")
    op.execute("CREATE INDEX vacancy_open ON vacancy (vocation, left(ltrim(region), 2)) WHERE state = 'open'")


def downgrade() -> None:
    op.execute("DROP INDEX vacancy_open")
    op.execute(
        "CREATE INDEX vacancy_with_room ON vacancy (vocation) WHERE state = 'open' AND hired + referred < openings"
    )
