"""contacts: what was said to customers of the shop's own accord."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_contacts_delivery_id_deliveries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_contacts_delivery_id")),
    )
    op.create_index("ix_contacts_customer", "contacts", ["customer_id", "at"])
    op.create_index("ix_contacts_number", "contacts", ["number", "at"])


def downgrade() -> None:
    op.drop_table("contacts")
