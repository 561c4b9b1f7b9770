"""School codes, closed schools, whom a round asks and from when, and when groups were reminded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Rounds of before asked every role of every school, from the day on which they were opened."""
    with op.batch_alter_table("school") as school:
        school.add_column(sa.Column("code", sa.String(), nullable=True))
        school.add_column(sa.Column("closed_on", sa.Date(), nullable=True))
        school.add_column(sa.Column("merged_into_id", sa.String(), nullable=True))
        school.create_foreign_key("school_merged_into", "school", ["merged_into_id"], ["id"])
    everybody = '["parent", "pupil", "teacher"]'
    with op.batch_alter_table("campaign") as campaign:
        campaign.add_column(sa.Column("roles", sa.JSON(), nullable=False, server_default=everybody))
        campaign.add_column(sa.Column("schools", sa.String(), nullable=False, server_default="all"))
        campaign.add_column(sa.Column("school_ids", sa.JSON(), nullable=False, server_default="[]"))
        campaign.add_column(sa.Column("opens_on", sa.Date(), nullable=True))
        campaign.add_column(sa.Column("received_by_group", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "reminder",
        sa.Column("campaign_id", sa.String(), nullable=False),
        sa.Column("group_id", sa.String(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"]),
        sa.PrimaryKeyConstraint("campaign_id", "group_id"),
    )
