"""Whether a round was published before, so that one that is closed again is not stuck."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Rounds of before were, where they have a release."""
    with op.batch_alter_table("campaign") as campaign:
        campaign.add_column(sa.Column("was_published", sa.Boolean(), nullable=False, server_default=sa.false()))
    has_release = "exists (select 1 from frozen_release where frozen_release.campaign_id = campaign.id)"
    op.execute(f"update campaign set was_published = {has_release}")
