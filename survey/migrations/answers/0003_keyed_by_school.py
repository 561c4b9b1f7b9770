"""The school becomes part of each key, so that a large store can be divided by it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Both tables anew, in the order of their random ids."""
    for name in ("answer", "comment"):
        op.execute(f"create temporary table kept as select * from {name}")
        op.drop_table(name)
        _make(name)
        op.execute(f"insert into {name} select * from kept order by id")
        op.execute("drop table kept")


def _make(name: str) -> None:
    said = {
        "answer": (sa.Column("grade", sa.Integer(), nullable=True), sa.Column("choices", sa.JSON(), nullable=False)),
        "comment": (sa.Column("words", sa.String(), nullable=False),),
    }
    op.create_table(
        name,
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("campaign_id", sa.String(), nullable=False),
        sa.Column("school_id", sa.String(), nullable=False),
        sa.Column("questionnaire", sa.String(), nullable=False),
        *said[name],
        sa.PrimaryKeyConstraint("id", "school_id"),
        sqlite_with_rowid=False,
    )
