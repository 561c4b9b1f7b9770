"""The assistance store's tables: requests, what a school has, what is lent; and the desk's of closed doors and people.

Of a request only its school's door, its state and three days are readable in the file; the rest is sealed.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import AssistanceBase, DeskBase, new_id

NEW, PROMISED, WITHDRAWN, DONE = "new", "promised", "withdrawn", "done"
STATES = (NEW, PROMISED, WITHDRAWN, DONE)
OPEN = (NEW, PROMISED)
RETURNED, LOST, GIVEN = "returned", "lost", "given"


class ClosedDoor(DeskBase):
    """A school that takes no new requests."""

    __tablename__ = "assistance_closed_door"

    school_id: Mapped[str] = mapped_column(ForeignKey("school.id"), primary_key=True)


class Helper(DeskBase):
    """An account of a school that may see its requests: the person named for assistance."""

    __tablename__ = "assistance_helper"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)


class HelpRequest(AssistanceBase):
    """One family's request. Days only: a time of day could be laid beside a log."""

    __tablename__ = "help_request"
    __table_args__ = (UniqueConstraint("receipt", "door"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    door: Mapped[str] = mapped_column(primary_key=True, index=True)  # what large stores are divided by
    receipt: Mapped[bytes]  # the fingerprint of its receipt code
    state: Mapped[str] = mapped_column(default=NEW)
    asked_on: Mapped[date]
    promised_on: Mapped[date | None]
    done_on: Mapped[date | None]  # when it was closed, or withdrawn
    person: Mapped[bytes]  # sealed: who asks, how to reach them, their own words
    facts: Mapped[bytes]  # sealed: the child's grade and what is missing
    notes: Mapped[bytes | None]  # sealed: what the school writes about it


class Stock(AssistanceBase):
    """How many pieces of a kind a school has, those that are lent out included."""

    __tablename__ = "help_stock"
    __table_args__ = {"sqlite_with_rowid": False}

    door: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)  # of help_words.STOCK_LABELS
    pieces: Mapped[int]


class Loan(AssistanceBase):
    """One piece lent or given to whoever made a request; it goes when the request goes."""

    __tablename__ = "help_loan"
    __table_args__ = (
        ForeignKeyConstraint(["request_id", "door"], ["help_request.id", "help_request.door"]),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    door: Mapped[str] = mapped_column(primary_key=True, index=True)
    request_id: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    label: Mapped[bytes]  # sealed: which piece
    lent_on: Mapped[date]
    due_on: Mapped[date | None]  # None: given for good
    ended_on: Mapped[date | None]
    end: Mapped[str | None]  # returned | lost | given; None: it is out


class Spent(AssistanceBase):
    """What must not come again for some days: a withdrawn form, a stock change that was sent. Nothing of anybody."""

    __tablename__ = "help_spent"
    __table_args__ = {"sqlite_with_rowid": False}

    mark: Mapped[bytes] = mapped_column(primary_key=True)  # a fingerprint
    until: Mapped[date]


class KeyMark(AssistanceBase):
    """Which key this store is sealed with: one row, from which the key cannot be had."""

    __tablename__ = "help_key_mark"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[bytes]
