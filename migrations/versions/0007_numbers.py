"""numbers: what a consent is for, numbers that prove nobody any more, proofs that count only where they were given."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "expired_links",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_expired_links")),
    )
    with op.batch_alter_table("consents") as batch:
        batch.add_column(sa.Column("scope", sa.String(), nullable=False, server_default="all"))
        batch.add_column(sa.Column("how", sa.String(), nullable=False, server_default="keyword"))
    with op.batch_alter_table("consents") as batch:  # only for the rows that are there
        batch.alter_column("scope", server_default=None)
        batch.alter_column("how", server_default=None)
    with op.batch_alter_table("bound_customers") as batch:
        batch.add_column(sa.Column("at_most", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("bound_customers") as batch:
        batch.drop_column("at_most")
    with op.batch_alter_table("consents") as batch:
        batch.drop_column("how")
        batch.drop_column("scope")
    op.drop_table("expired_links")
