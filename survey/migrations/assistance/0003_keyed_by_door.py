"""The door becomes part of a request's and a loan's key, so that a large store can be divided by it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


LOAN = ("id", "door", "request_id", "kind", "label", "lent_on", "due_on", "ended_on", "end")


def upgrade() -> None:
    """Both tables anew, in the order of their random ids."""
    op.execute("create temporary table kept_loan as select * from help_loan")
    op.execute("create temporary table kept_request as select * from help_request")
    op.drop_table("help_loan")
    op.drop_table("help_request")
    _make_request()
    _make_loan()
    op.execute("insert into help_request select * from kept_request order by id")
    columns = ", ".join(f'"{column}"' for column in LOAN)
    op.execute(f"insert into help_loan ({columns}) select {columns} from kept_loan order by id")
    op.execute("drop table kept_loan")
    op.execute("drop table kept_request")


def _make_request() -> None:
    op.create_table(
        "help_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("person", sa.LargeBinary(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("notes", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", "door"),
        sa.UniqueConstraint("receipt", "door"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_help_request_door"), "help_request", ["door"], unique=False)


def _make_loan() -> None:
    op.create_table(
        "help_loan",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=False),
        sa.Column("lent_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["request_id", "door"], ["help_request.id", "help_request.door"]),
        sa.PrimaryKeyConstraint("id", "door"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_help_loan_door"), "help_loan", ["door"], unique=False)
    op.create_index(op.f("ix_help_loan_request_id"), "help_loan", ["request_id"], unique=False)
