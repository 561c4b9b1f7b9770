"""A group's first day, whether its school was closed, how often its slips were printed, and what it is asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Groups of before have begun; how often their slips were printed nobody knows, so it may have been often."""
    with op.batch_alter_table("ballot_group") as group:
        group.add_column(sa.Column("opens_on", sa.Date(), nullable=False, server_default="0001-01-01"))
        group.add_column(sa.Column("school_closed", sa.Boolean(), nullable=False, server_default=sa.false()))
        group.add_column(sa.Column("prints", sa.Integer(), nullable=False, server_default="0"))
        group.add_column(sa.Column("printed_on", sa.Date(), nullable=True))
        group.add_column(sa.Column("asks", sa.String(), nullable=True))
    op.execute(
        "update ballot_group set prints = 2 where exists (select 1 from slip where slip.group_id = ballot_group.id)"
    )
    op.create_table(
        "asked_questionnaire",
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint"),
        sqlite_with_rowid=False,
    )
