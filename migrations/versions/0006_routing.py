"""routing: stages, offers, waits, absences, what agents can do, policy versions."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_versions")),
        sa.UniqueConstraint("digest", name=op.f("uq_policy_versions_digest")),
    )
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("deputy_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_absences_agent_id")),
        sa.ForeignKeyConstraint(["deputy_id"], ["agents.id"], name=op.f("fk_absences_deputy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index("ix_absences_agent", ["agent_id", "until"], unique=False)

    op.create_table(
        "offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_offers_agent_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_offers_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.create_index("ix_offers_agent", ["agent_id", "ended_at"], unique=False)
        batch_op.create_index(
            "uq_offers_open",
            ["conversation_id", "agent_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "waits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("representative_id", sa.String(), nullable=True),
        sa.Column("representative_free", sa.Boolean(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("told_low_s", sa.Integer(), nullable=True),
        sa.Column("told_high_s", sa.Integer(), nullable=True),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("agent_id", sa.String(), nullable=True),
        sa.Column("stage", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_waits_agent_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_waits_conversation_id")),
        sa.ForeignKeyConstraint(["representative_id"], ["agents.id"], name=op.f("fk_waits_representative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waits")),
    )
    with op.batch_alter_table("waits", schema=None) as batch_op:
        batch_op.create_index("ix_waits_conversation", ["conversation_id", "id"], unique=False)
        batch_op.create_index("ix_waits_ended", ["queue", "ended_at"], unique=False)

    with op.batch_alter_table("agents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("away_reason", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("queues", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("skills", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("languages", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("hours", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("deputy_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("room", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_agents_deputy_id"), "agents", ["deputy_id"], ["id"])

    with op.batch_alter_table("books", schema=None) as batch_op:
        batch_op.add_column(sa.Column("deputy_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("why", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("by", sa.String(), nullable=False, server_default=""))
        batch_op.create_foreign_key(batch_op.f("fk_books_deputy_id"), "agents", ["deputy_id"], ["id"])

    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("relationship", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("policy_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("stage", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("wants_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("returns_to", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("needs", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("waits_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("reply_due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("breached_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("idle_warned_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("parked_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("parked_for", sa.String(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_conversations_queue"))
        batch_op.create_index("ix_conversations_queue", ["state", "queue", "needs", "rank_at"], unique=False)
        batch_op.create_index("ix_conversations_wants", ["wants_id", "state", "rank_at"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_conversations_wants_id"), "agents", ["wants_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_conversations_returns_to"), "agents", ["returns_to"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_conversations_policy_id"), "policy_versions", ["policy_id"], ["id"])

    # The defaults were for the rows that are there; new ones bring their own.
    with op.batch_alter_table("agents", schema=None) as batch_op:
        for column in ("queues", "skills", "languages"):
            batch_op.alter_column(column, existing_type=sa.JSON(), existing_nullable=False, server_default=None)
    with op.batch_alter_table("books", schema=None) as batch_op:
        for column in ("why", "by"):
            batch_op.alter_column(column, existing_type=sa.String(), existing_nullable=False, server_default=None)
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.alter_column("needs", existing_type=sa.String(), existing_nullable=False, server_default=None)

    # What waits was in one of two queues; from now on a queue is a team's, and `wants_id` says whose own it is.
    op.execute("UPDATE conversations SET stage = 'team' WHERE queue = 'general'")
    op.execute(
        "UPDATE conversations SET stage = 'representative', wants_id = representative_id, queue = 'general' WHERE queue = 'dedicated'"
    )


def downgrade() -> None:
    op.execute("UPDATE conversations SET queue = 'dedicated' WHERE stage = 'representative'")
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_conversations_policy_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_conversations_returns_to"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_conversations_wants_id"), type_="foreignkey")
        batch_op.drop_index("ix_conversations_wants")
        batch_op.drop_index("ix_conversations_queue")
        batch_op.create_index(batch_op.f("ix_conversations_queue"), ["state", "queue", "rank_at"], unique=False)
        batch_op.drop_column("parked_for")
        batch_op.drop_column("parked_until")
        batch_op.drop_column("idle_warned_at")
        batch_op.drop_column("breached_at")
        batch_op.drop_column("reply_due_at")
        batch_op.drop_column("waits_by")
        batch_op.drop_column("promised_at")
        batch_op.drop_column("needs")
        batch_op.drop_column("returns_to")
        batch_op.drop_column("wants_id")
        batch_op.drop_column("stage")
        batch_op.drop_column("policy_id")
        batch_op.drop_column("relationship")

    with op.batch_alter_table("books", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_books_deputy_id"), type_="foreignkey")
        batch_op.drop_column("by")
        batch_op.drop_column("why")
        batch_op.drop_column("deputy_id")

    with op.batch_alter_table("agents", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_agents_deputy_id"), type_="foreignkey")
        batch_op.drop_column("room")
        batch_op.drop_column("deputy_id")
        batch_op.drop_column("hours")
        batch_op.drop_column("languages")
        batch_op.drop_column("skills")
        batch_op.drop_column("queues")
        batch_op.drop_column("away_reason")

    with op.batch_alter_table("waits", schema=None) as batch_op:
        batch_op.drop_index("ix_waits_ended")
        batch_op.drop_index("ix_waits_conversation")

    op.drop_table("waits")
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_offers_open", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")
        )
        batch_op.drop_index("ix_offers_agent")

    op.drop_table("offers")
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.drop_index("ix_absences_agent")

    op.drop_table("absences")
    op.drop_table("policy_versions")
