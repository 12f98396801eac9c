"""waiting: what was told about it and what the waits taught; where a customer is."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lanes",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("step_s", sa.Double(), nullable=False),
        sa.Column("takes", sa.Integer(), nullable=False),
        sa.Column("usual_s", sa.Double(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("spread", sa.JSON(), nullable=False),
        sa.Column("learned_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_take_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lanes")),
    )
    with op.batch_alter_table("waits") as batch:
        batch.add_column(sa.Column("lane", sa.String(), nullable=True))
        batch.add_column(sa.Column("middle_s", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("told_place", sa.Integer(), nullable=True))
    with op.batch_alter_table("addresses") as batch:
        batch.add_column(sa.Column("zone", sa.String(), nullable=True))
        batch.add_column(sa.Column("locale", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("addresses") as batch:
        batch.drop_column("locale")
        batch.drop_column("zone")
    with op.batch_alter_table("waits") as batch:
        batch.drop_column("told_place")
        batch.drop_column("middle_s")
        batch.drop_column("lane")
    op.drop_table("lanes")
