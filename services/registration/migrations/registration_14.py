"""Walk-ins: hires of somebody who was not referred, until it is known whom they are about."""

from alembic import op

revision = "registration_14"
down_revision = "registration_13"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE walk_in_report (
            assertion uuid PRIMARY KEY REFERENCES assertion (id), nik_print bytea NOT NULL, worker uuid, kept_on date NOT NULL,
            data json NOT NULL
        )
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE walk_in_report")
