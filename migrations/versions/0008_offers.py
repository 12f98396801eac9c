"""offers: their rows alone say who has a conversation in front of them; the end of a step; what the watchdog looks up."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BY_WATCHDOG = sa.text("\"by\" = 'watchdog'")


def upgrade() -> None:
    op.execute(
        "INSERT INTO offers (conversation_id, agent_id, channel, made_at, expires_at) "
        "SELECT id, offered_to, channel, changed_at, offer_expires_at FROM conversations "
        "WHERE state = 'offered' AND offered_to IS NOT NULL AND offer_expires_at IS NOT NULL"
    )
    op.execute("UPDATE jobs SET kind = 'step_due' WHERE kind = 'dedicated_expired'")
    with op.batch_alter_table("conversations") as batch:
        batch.add_column(sa.Column("step_due_at", sa.DateTime(timezone=True), nullable=True))
        batch.drop_constraint(op.f("fk_conversations_offered_to"), type_="foreignkey")
        batch.drop_index("ix_conversations_offered")
        batch.drop_column("offered_to")
        batch.drop_column("offer_expires_at")
        batch.drop_index("ix_conversations_queue")
        batch.create_index("ix_conversations_queue", ["state", "wants_id", "queue", "needs", "rank_at"])
    op.create_index("ix_offers_made", "offers", ["made_at", "agent_id"])
    op.create_index(
        "ix_assignments_watchdog", "assignments", ["at"], sqlite_where=BY_WATCHDOG, postgresql_where=BY_WATCHDOG
    )


def downgrade() -> None:
    op.drop_index("ix_assignments_watchdog", "assignments")
    op.drop_index("ix_offers_made", "offers")
    with op.batch_alter_table("conversations") as batch:
        batch.drop_index("ix_conversations_queue")
        batch.create_index("ix_conversations_queue", ["state", "queue", "needs", "rank_at"])
        batch.add_column(sa.Column("offer_expires_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("offered_to", sa.String(), nullable=True))
        batch.create_foreign_key(op.f("fk_conversations_offered_to"), "agents", ["offered_to"], ["id"])
        batch.create_index("ix_conversations_offered", ["offered_to"])
        batch.drop_column("step_due_at")
    open_one = "FROM offers WHERE offers.conversation_id = conversations.id AND ended_at IS NULL"
    op.execute(
        f"UPDATE conversations SET offered_to = (SELECT min(agent_id) {open_one}), "
        f"offer_expires_at = (SELECT max(expires_at) {open_one}) WHERE state = 'offered'"
    )
    op.execute("UPDATE jobs SET kind = 'dedicated_expired' WHERE kind = 'step_due'")
