"""The school becomes part of a plan version's key, so that a large store can be divided by it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """The table anew."""
    op.execute("create temporary table kept as select * from plan_version")
    op.drop_table("plan_version")
    op.create_table(
        "plan_version",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("school_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"]),
        sa.PrimaryKeyConstraint("id", "school_id"),
        sa.UniqueConstraint("school_id", "number"),
    )
    op.execute("insert into plan_version select * from kept")
    op.execute("drop table kept")
