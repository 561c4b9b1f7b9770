"""The store knows on which day the mixer last completed a turn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.day import today

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Nobody knows since when a mixer that was at work before has stood still: it is counted from today."""
    with op.batch_alter_table("seal_key") as table:
        table.add_column(sa.Column("last_turn_on", sa.Date(), nullable=True))
    known = sa.table("seal_key", sa.column("last_turn_on", sa.Date()))
    op.execute(sa.update(known).values(last_turn_on=today()))
