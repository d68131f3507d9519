"""A worker's region says which office may read the worker's messages."""

from alembic import op

revision = "notification_4"
down_revision = "notification_3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE contact ADD COLUMN region text")
    op.execute(
        """
        UPDATE contact SET region = latest.region FROM (
            SELECT DISTINCT ON (subject) subject, data->>'region' AS region FROM message
            WHERE type IN ('pulih.worker.registered.v1', 'pulih.application.amended.v1')
            ORDER BY subject, position DESC
        ) AS latest WHERE latest.subject = contact.worker
        """
    )


def downgrade() -> None:
    op.execute("ALTER TABLE contact DROP COLUMN region")
