"""When a draft was last changed was written and never read."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """It goes."""
    with op.batch_alter_table("plan_draft") as table:
        table.drop_column("changed_at")
