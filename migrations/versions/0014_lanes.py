"""lanes: the head of a queue for each channel, and a representative's customers who wait for the team, are one look-up."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

HAS_ONE = sa.text("representative_id IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_conversations_queue", "conversations")
    op.create_index(
        "ix_conversations_queue", "conversations", ["state", "wants_id", "queue", "needs", "channel", "rank_at"]
    )
    op.create_index(
        "ix_conversations_representative",
        "conversations",
        ["representative_id", "state", "rank_at"],
        sqlite_where=HAS_ONE,
        postgresql_where=HAS_ONE,
    )


def downgrade() -> None:
    op.drop_index("ix_conversations_representative", "conversations")
    op.drop_index("ix_conversations_queue", "conversations")
    op.create_index("ix_conversations_queue", "conversations", ["state", "wants_id", "queue", "needs", "rank_at"])
