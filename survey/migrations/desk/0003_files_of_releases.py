"""The finished files of a release, several of them, in a table of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.db import new_id

revision = "0003"
down_revision = "0002"

LANGUAGE = "zh"  # releases did not say in which language their workbook speaks; this is the program's first one


def upgrade() -> None:
    """Make it, and bring the workbooks of earlier releases there."""
    files = op.create_table(
        "release_file",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("release_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["frozen_release.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("release_id", "name", "language"),
    )
    before = sa.table("frozen_release", *map(sa.column, ("id", "workbook", "workbook_sha256")))
    for release_id, workbook, sha256 in op.get_bind().execute(sa.select(before)).all():
        row = {"id": new_id(), "release_id": release_id, "name": "summary.xlsx", "language": LANGUAGE}
        op.get_bind().execute(sa.insert(files), row | {"content": workbook, "size": len(workbook), "sha256": sha256})
    with op.batch_alter_table("frozen_release") as table:
        table.drop_column("workbook")
        table.drop_column("workbook_sha256")
