"""the line of a lane stands in the index whole: who asked at the same moment need not be sorted."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

LANE = ["state", "wants_id", "queue", "needs", "channel", "rank_at"]


def upgrade() -> None:
    op.drop_index("ix_conversations_queue", "conversations")
    op.create_index("ix_conversations_queue", "conversations", [*LANE, "id"])


def downgrade() -> None:
    op.drop_index("ix_conversations_queue", "conversations")
    op.create_index("ix_conversations_queue", "conversations", LANE)
