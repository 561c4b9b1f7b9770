"""The mixer remembers that the stores are still to be written anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Nothing is owed."""
    with op.batch_alter_table("seal_key") as table:
        table.add_column(sa.Column("rewriting_owed", sa.Boolean(), nullable=False, server_default=sa.false()))
