"""Places that are taken, of a link or of slips, are counted in an index that names group and school."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """The index of the group alone gives way to it."""
    for name in ("slip", "open_receipt"):
        op.drop_index(f"ix_{name}_group_id", table_name=name)
        op.create_index(f"ix_{name}_of_group", name, ["group_id", "school_id"], unique=False)
