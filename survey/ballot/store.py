"""The ballots store's tables: whom a campaign asks, the slips' fingerprints, sealed ballots that wait."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BindParameter, ColumnElement, ForeignKey, Index, and_, false
from sqlalchemy.orm import Mapped, mapped_column

from survey.day import today
from survey.db import BallotsBase, new_id


class SealKey(BallotsBase):
    """The mixer's public key, with which ballots are sealed; one row."""

    __tablename__ = "seal_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    public: Mapped[bytes]
    used: Mapped[bool] = mapped_column(default=False)  # whether a ballot was opened with its private half
    # Whether the stores are still to be written anew after a mixing.
    rewriting_owed: Mapped[bool] = mapped_column(default=False, server_default=false())
    last_turn_on: Mapped[date | None]  # the day on which the mixer last completed a turn; never the hour


class Group(BallotsBase):
    """School × questionnaire × grade of one campaign: everything the respondent's pages need to know.

    Its id is the address of the group's open link.
    """

    __tablename__ = "ballot_group"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    campaign_id: Mapped[str] = mapped_column(index=True)
    campaign_title: Mapped[str]
    bureau_name: Mapped[str]
    school_id: Mapped[str]
    school_name: Mapped[str]
    questionnaire: Mapped[str]  # parent | teacher | pupil_younger | pupil_older
    grade: Mapped[int | None]  # None: teachers
    entry: Mapped[str]  # slips | open_link
    enrolled: Mapped[int]  # people asked; an open link takes no more answers than this
    is_open: Mapped[bool] = mapped_column(default=True)  # its round is
    opens_on: Mapped[date] = mapped_column(default=date.min, server_default=date.min.isoformat())  # the first day
    closes_on: Mapped[date]  # the last day on which answers are taken
    school_closed: Mapped[bool] = mapped_column(default=False, server_default=false())
    synthetic: Mapped[bool] = mapped_column(default=False)
    prints: Mapped[int] = mapped_column(default=0, server_default="0")  # how often its slips were printed
    printed_on: Mapped[date | None]
    asks: Mapped[
        str | None
    ]  # the fingerprint of its questionnaire when the round opened; None: today's, whatever it is

    @property
    def takes_answers(self) -> bool:
        """Whether somebody may answer today."""
        return not self.is_over and not self.school_closed and self.has_begun

    @property
    def has_begun(self) -> bool:
        """Whether its first day has come."""
        return self.opens_on <= today()

    @property
    def is_over(self) -> bool:
        """Whether its round is closed, or its last day over: nothing comes any more."""
        return not self.is_open or self.closes_on < today()


def goes_on(day: date) -> ColumnElement[bool]:
    """Not `Group.is_over`, as it was on a day, for a query."""
    return and_(Group.is_open, Group.closes_on >= day)


def takes_answers(day: date | BindParameter[date] | None = None) -> ColumnElement[bool]:
    """`Group.takes_answers`, for a query; on a day that is told later where the statement is built once."""
    on = today() if day is None else day
    return and_(Group.is_open, ~Group.school_closed, Group.opens_on <= on, Group.closes_on >= on)


class AskedQuestionnaire(BallotsBase):
    """A questionnaire as it was when a round opened: a round asks to its end what it asked first."""

    __tablename__ = "asked_questionnaire"
    __table_args__ = {"sqlite_with_rowid": False}

    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]  # its file


class Slip(BallotsBase):
    """A printed single-use code, known only by its fingerprint HMAC(pepper, code)."""

    __tablename__ = "slip"
    __table_args__ = (
        Index("ix_slip_of_group", "group_id", "school_id"),  # by which places are counted
        {"sqlite_with_rowid": False},
    )

    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    school_id: Mapped[str] = mapped_column(primary_key=True)  # its group's; what large stores are divided by
    group_id: Mapped[str] = mapped_column(ForeignKey("ballot_group.id"))
    receipt_hash: Mapped[bytes | None]  # HMAC(pepper, code and ack) once used, so that a resend is known again


class OpenReceipt(BallotsBase):
    """An answer that came in by open link, known by HMAC(pepper, ack): a resend stores nothing."""

    __tablename__ = "open_receipt"
    __table_args__ = (
        Index("ix_open_receipt_of_group", "group_id", "school_id"),  # by which places are counted
        {"sqlite_with_rowid": False},
    )

    receipt_hash: Mapped[bytes] = mapped_column(primary_key=True)
    school_id: Mapped[str] = mapped_column(primary_key=True)
    group_id: Mapped[str] = mapped_column(ForeignKey("ballot_group.id"))


class Ballot(BallotsBase):
    """A sealed answer waiting to be mixed. The web process can make it, and cannot open it."""

    __tablename__ = "ballot"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[str] = mapped_column(primary_key=True)
    group_id: Mapped[str] = mapped_column(ForeignKey("ballot_group.id"), index=True)
    sealed: Mapped[bytes]
    # The mixer could not open it: it is no answer, and goes when its round is over.
    set_aside: Mapped[bool] = mapped_column(server_default=false())
