"""plans and receipts of the account, without an order; receipts hold before and after, and the rule."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OF_THE_ACCOUNT = sa.text("order_id IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("plans") as plans:
        plans.alter_column("order_id", existing_type=sa.String(), nullable=True)
    op.create_index(
        "uq_plans_message_account",
        "plans",
        ["message_id", "operation"],
        unique=True,
        sqlite_where=OF_THE_ACCOUNT,
        postgresql_where=OF_THE_ACCOUNT,
    )
    with op.batch_alter_table("receipts") as receipts:
        receipts.alter_column("order_id", existing_type=sa.String(), nullable=True)
        # what was written before this revision knew neither
        receipts.add_column(sa.Column("changes", sa.JSON(), nullable=False, server_default="[]"))
        receipts.add_column(sa.Column("rule", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("receipts") as receipts:
        receipts.alter_column("changes", existing_type=sa.JSON(), server_default=None)
        receipts.alter_column("rule", existing_type=sa.String(), server_default=None)


def downgrade() -> None:
    """Plans and receipts of the account have no place in the older revision: they go."""
    op.execute(
        "DELETE FROM receipts WHERE order_id IS NULL OR plan_id IN (SELECT id FROM plans WHERE order_id IS NULL)"
    )
    op.execute("DELETE FROM plans WHERE order_id IS NULL")
    with op.batch_alter_table("receipts") as receipts:
        receipts.drop_column("rule")
        receipts.drop_column("changes")
        receipts.alter_column("order_id", existing_type=sa.String(), nullable=False)
    op.drop_index("uq_plans_message_account", table_name="plans")
    with op.batch_alter_table("plans") as plans:
        plans.alter_column("order_id", existing_type=sa.String(), nullable=False)
