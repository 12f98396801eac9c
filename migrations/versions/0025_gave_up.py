"""gave_up: covers of nobody, for a representative's customer who gave up waiting."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _nobody(allowed=True)


def downgrade() -> None:
    op.execute("DELETE FROM covers WHERE agent_id IS NULL")
    _nobody(allowed=False)


def _nobody(*, allowed: bool) -> None:
    op.drop_index("uq_covers_open", "covers")  # SQLite makes the table anew, and would forget the condition
    with op.batch_alter_table("covers") as table:
        table.alter_column("agent_id", existing_type=sa.String(), nullable=allowed)
    op.create_index(
        "uq_covers_open",
        "covers",
        ["representative_id", "conversation_id"],
        unique=True,
        sqlite_where=sa.text("seen_at IS NULL"),
        postgresql_where=sa.text("seen_at IS NULL"),
    )
