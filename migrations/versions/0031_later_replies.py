"""later replies: what an agent wrote to go out at a time of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "later_replies",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("heard_seq", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_later_replies_conversation_id_conversations")
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_later_replies_agent_id_agents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_later_replies")),
        sa.UniqueConstraint("key", name=op.f("uq_later_replies_key")),
    )
    op.create_index("ix_later_replies_conversation", "later_replies", ["conversation_id", "state"])
    op.create_index("ix_later_replies_state", "later_replies", ["state"])


def downgrade() -> None:
    op.drop_table("later_replies")
