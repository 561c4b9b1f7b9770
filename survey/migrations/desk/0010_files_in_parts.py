"""The content of a release's files in parts: a province's files are larger than what should be in memory at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
PART_BYTES = 262_144


def upgrade() -> None:
    """Part what is there, one file at a time."""
    parts = op.create_table(
        "release_file_part",
        sa.Column("file_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["release_file.id"]),
        sa.PrimaryKeyConstraint("file_id", "number"),
    )
    files = sa.table("release_file", sa.column("id", sa.String()), sa.column("content", sa.LargeBinary()))
    store = op.get_bind()
    for (file_id,) in store.execute(sa.select(files.c.id)).all():
        content = store.execute(sa.select(files.c.content).where(files.c.id == file_id)).scalar_one()
        for number, begins in enumerate(range(0, len(content), PART_BYTES)):
            part = content[begins : begins + PART_BYTES]
            store.execute(sa.insert(parts), {"file_id": file_id, "number": number, "content": part})
    op.drop_index("release_file_listed", "release_file")
    with op.batch_alter_table("release_file") as table:
        table.drop_column("content")
