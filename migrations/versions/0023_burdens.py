"""what everybody carries is counted from indexes in which nothing else is, whatever was offered or held before."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

OPEN, HELD = sa.text("ended_at IS NULL"), sa.text("held_by IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_offers_agent", "offers")
    op.create_index("ix_offers_agent", "offers", ["agent_id", "made_at"])
    op.create_index("ix_offers_open", "offers", ["agent_id", "channel"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.drop_index("ix_conversations_held", "conversations")
    op.create_index(
        "ix_conversations_held",
        "conversations",
        ["held_by", "state", "changed_at", "channel"],
        sqlite_where=HELD,
        postgresql_where=HELD,
    )


def downgrade() -> None:
    op.drop_index("ix_conversations_held", "conversations")
    op.create_index("ix_conversations_held", "conversations", ["held_by"])
    op.drop_index("ix_offers_open", "offers")
    op.drop_index("ix_offers_agent", "offers")
    op.create_index("ix_offers_agent", "offers", ["agent_id", "ended_at"])
