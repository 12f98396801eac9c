"""sign-in: second factors, recovery codes, failed tries, where an agent is signed in; the record of changes."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("agents") as batch:
        batch.add_column(sa.Column("totp_secret", sa.String(), nullable=True))
        batch.add_column(sa.Column("totp_pending", sa.String(), nullable=True))
        batch.add_column(sa.Column("totp_step", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("agents") as batch:  # only for the rows that are there
        batch.alter_column("totp_step", server_default=None)
    op.execute("DELETE FROM agent_sessions")  # nobody knows where these were opened: everybody signs in once more
    with op.batch_alter_table("agent_sessions", recreate="always") as batch:
        batch.add_column(sa.Column("device", sa.String(), nullable=False))
        batch.add_column(sa.Column("address", sa.String(), nullable=False))
        batch.add_column(sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False))
    op.create_table(
        "recovery_codes",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_recovery_codes_agent_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_recovery_codes")),
    )
    op.create_index("ix_recovery_codes_agent_id", "recovery_codes", ["agent_id"])
    op.create_table(
        "factor_rules",
        sa.Column("role", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("role", name=op.f("pk_factor_rules")),
    )
    op.create_table(
        "brakes",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_brakes")),
    )
    op.create_table(
        "audits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audits")),
    )
    op.create_index("ix_audits_subject", "audits", ["subject", "id"])


def downgrade() -> None:
    for table in ("audits", "brakes", "factor_rules", "recovery_codes"):
        op.drop_table(table)
    with op.batch_alter_table("agent_sessions") as batch:
        for column in ("last_used_at", "address", "device"):
            batch.drop_column(column)
    with op.batch_alter_table("agents") as batch:
        for column in ("totp_step", "totp_pending", "totp_secret"):
            batch.drop_column(column)
