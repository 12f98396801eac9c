"""files are found by their age; until when all that was texted to a number of ours is known to be here survives a restart."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_files_at", "files", ["at"])
    op.add_column("sms_lines", sa.Column("heard_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("sms_lines", "heard_until")
    op.drop_index("ix_files_at", "files")
