"""number codes: a visitor's number proved by a code, the customer it is linked to, texts at the door, and what a text cost."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "number_links",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_number_links")),
    )
    op.create_index("ix_number_links_customer_id", "number_links", ["customer_id"])
    op.create_table(
        "number_codes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name=op.f("fk_number_codes_address_id_addresses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_codes")),
    )
    op.create_index("ix_number_codes_address_id", "number_codes", ["address_id"])
    op.create_table(
        "texts_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sid", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("media", sa.JSON(), nullable=False),
        sa.Column("opt_out_type", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texts_in")),
        sa.UniqueConstraint("sid", name=op.f("uq_texts_in_sid")),
    )
    op.create_index("ix_texts_in_number", "texts_in", ["number", "id"])
    with op.batch_alter_table("deliveries") as batch:
        batch.add_column(sa.Column("price_micros", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("price_unit", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("deliveries") as batch:
        batch.drop_column("price_unit")
        batch.drop_column("price_micros")
    op.drop_table("texts_in")
    op.drop_table("number_codes")
    op.drop_table("number_links")
