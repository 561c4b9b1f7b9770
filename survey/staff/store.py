"""The desk store's tables of who works here: bureaus, schools, accounts, invitations, and what staff did."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, func, select
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from survey.db import DeskBase, new_id


class Bureau(DeskBase):
    """A district's education bureau."""

    __tablename__ = "bureau"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    place: Mapped[str]  # as `estimator.places` keeps it
    synthetic: Mapped[bool] = mapped_column(default=False)  # a demo: said on every page and sheet
    # Others after each change of its schools, and of their plans; what is kept of them is known by these (district.py).
    schools_stamp: Mapped[str] = mapped_column(default=new_id, server_default="")
    plans_stamp: Mapped[str] = mapped_column(default=new_id, server_default="")
    schools: Mapped[list[School]] = relationship(back_populates="bureau", order_by="School.name, School.code")


def label(name: str, code: str | None, *, is_alone: bool) -> str:
    """What lists call a school that is alone in its name, or that has namesakes."""
    return name if is_alone or not code else f"{name} · {code}"


class School(DeskBase):
    """A school of a bureau's district."""

    __tablename__ = "school"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    name: Mapped[str]
    code: Mapped[str | None]  # 学校标识码: what tells two schools of one name apart, and knows one that was renamed
    setting: Mapped[str]  # urban | rural: which families are assumed
    closed_on: Mapped[date | None]
    merged_into_id: Mapped[str | None] = mapped_column(ForeignKey("school.id"))  # the school that it became part of
    bureau: Mapped[Bureau] = relationship(back_populates="schools")
    merged_into: Mapped[School | None] = relationship(remote_side="School.id")
    enrolment: Mapped[list[Enrolment]] = relationship(order_by="Enrolment.grade", cascade="all, delete-orphan")

    @property
    def is_closed(self) -> bool:
        """Whether the bureau has closed it, or merged it into another."""
        return self.closed_on is not None

    @property
    def label(self) -> str:
        """What lists call it: its name, and its code where the bureau has another school of that name."""
        desk = object_session(self)
        if not self.code or desk is None:
            return self.name
        namesakes = select(func.count()).where(School.bureau_id == self.bureau_id, School.name == self.name)
        return label(self.name, self.code, is_alone=(desk.scalar(namesakes) or 0) <= 1)

    @property
    def pupils(self) -> int:
        """Pupils of all grades."""
        return sum(row.pupils for row in self.enrolment)

    @property
    def teachers(self) -> int:
        """Teachers of all grades."""
        return sum(row.teachers for row in self.enrolment)


class Enrolment(DeskBase):
    """How many pupils and teachers one grade of a school has."""

    __tablename__ = "enrolment"

    school_id: Mapped[str] = mapped_column(ForeignKey("school.id"), primary_key=True)
    grade: Mapped[int] = mapped_column(primary_key=True)
    pupils: Mapped[int]
    teachers: Mapped[int]


class Account(DeskBase):
    """A member of staff who may log in: a bureau's clerk, or the principal of one school."""

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    school_id: Mapped[str | None] = mapped_column(ForeignKey("school.id"))  # None: the whole bureau
    closed: Mapped[bool] = mapped_column(default=False)  # for good; its login is not given away again
    stamp: Mapped[str] = mapped_column(default=new_id)  # a session with another one is over
    second_step: Mapped[str | None]  # its secret, sealed (second_step.py); None: the password is enough
    second_step_used: Mapped[int] = mapped_column(default=0)  # the time step whose code was used last
    bureau: Mapped[Bureau] = relationship()
    school: Mapped[School | None] = relationship()

    @property
    def may_work(self) -> bool:
        """Whether it may log in: it is not closed, and neither is its school."""
        return not self.closed and not (self.school and self.school.is_closed)


class Invitation(DeskBase):
    """A link that lets the principal of a school make an account, once; of the link only a hash is known."""

    __tablename__ = "invitation"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    school_id: Mapped[str] = mapped_column(ForeignKey("school.id"))
    last_day: Mapped[date]
    state: Mapped[str] = mapped_column(default="open")  # open | used | replaced | school_closed
    school: Mapped[School] = relationship()


class Deed(DeskBase):
    """One thing a member of staff did; never anything a respondent did."""

    __tablename__ = "deed"
    __table_args__ = (Index("deed_of_bureau", "bureau_id", "id"), Index("deed_of_account", "account_id", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]  # UTC
    # Whose desk it was done at. No account: whoever runs the server, or a stranger with a link; no bureau: a link that
    # is nobody's.
    bureau_id: Mapped[str | None] = mapped_column(ForeignKey("bureau.id"))
    school_id: Mapped[str | None] = mapped_column(ForeignKey("school.id"))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    login: Mapped[str]
    deed: Mapped[str]  # its name in deeds.DEEDS
    fields: Mapped[dict[str, str | int]] = mapped_column(JSON)  # what the sentence of that name leaves open
