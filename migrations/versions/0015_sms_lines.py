"""sms lines: ranks of texts, the pace of our number, the one confirmation of an opt-out."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sms_lines",
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agents_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bots_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notices_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sender", name=op.f("pk_sms_lines")),
    )
    with op.batch_alter_table("deliveries") as batch:
        batch.add_column(sa.Column("rank", sa.Integer(), nullable=False, server_default="2"))
        batch.add_column(sa.Column("last_word", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("deliveries") as batch:  # only for the rows that are there
        batch.alter_column("rank", server_default=None)
        batch.alter_column("last_word", server_default=None)
    op.create_index("ix_deliveries_number", "deliveries", ["to", "sending_at"])


def downgrade() -> None:
    op.drop_index("ix_deliveries_number", "deliveries")
    with op.batch_alter_table("deliveries") as batch:
        batch.drop_column("last_word")
        batch.drop_column("rank")
    op.drop_table("sms_lines")
