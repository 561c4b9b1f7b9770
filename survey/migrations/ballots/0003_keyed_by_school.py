"""Slips, receipts and ballots say their group's school, so that a large store can be divided by it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


KEYS = {"slip": "code_hash", "open_receipt": "receipt_hash", "ballot": "id"}
OTHERS = {"slip": ("receipt_hash",), "open_receipt": (), "ballot": ("sealed",)}


def upgrade() -> None:
    """The tables anew, in the order of their random keys."""
    for name, key in KEYS.items():
        op.execute(f"create temporary table kept as select * from {name}")
        op.drop_table(name)
        _make(name)
        mine = ", ".join(f"kept.{column}" for column in ("group_id", *OTHERS[name]))
        op.execute(
            f"insert into {name} ({', '.join((key, 'school_id', 'group_id', *OTHERS[name]))}) "
            f"select kept.{key}, ballot_group.school_id, {mine} "
            f"from kept join ballot_group on ballot_group.id = kept.group_id order by kept.{key}"
        )
        op.execute("drop table kept")


def _make(name: str) -> None:
    key = sa.Column(KEYS[name], sa.String() if name == "ballot" else sa.LargeBinary(), nullable=False)
    op.create_table(
        name,
        key,
        sa.Column("school_id", sa.String(), nullable=False),
        sa.Column("group_id", sa.String(), nullable=False),
        *(sa.Column(other, sa.LargeBinary(), nullable=other == "receipt_hash") for other in OTHERS[name]),
        sa.ForeignKeyConstraint(["group_id"], ["ballot_group.id"]),
        sa.PrimaryKeyConstraint(KEYS[name], "school_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f(f"ix_{name}_group_id"), name, ["group_id"], unique=False)
