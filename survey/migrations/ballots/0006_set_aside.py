"""The mixer sets aside what it cannot open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Nothing was set aside."""
    with op.batch_alter_table("ballot", table_kwargs={"sqlite_with_rowid": False}) as table:
        table.add_column(sa.Column("set_aside", sa.Boolean(), nullable=False, server_default=sa.false()))
