"""What a draft was before each of its changes, a row a step, so that undoing goes back step by step."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """The one step that each draft kept becomes its first row."""
    op.create_table(
        "plan_draft_step",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("account_id", "number"),
    )
    op.execute(
        "insert into plan_draft_step (account_id, number, base, plan) "
        'select account_id, 1, base_before, "before" from plan_draft where "before" is not null'
    )
    with op.batch_alter_table("plan_draft") as table:
        table.drop_column("before")
        table.drop_column("base_before")
