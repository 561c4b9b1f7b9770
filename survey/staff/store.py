"""The desk store's tables of who works here: bureaus, schools, accounts, and what staff did."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.db import DeskBase, new_id


class Bureau(DeskBase):
    """A district's education bureau."""

    __tablename__ = "bureau"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    place: Mapped[str]  # ISO 3166-2
    synthetic: Mapped[bool] = mapped_column(default=False)  # a demo: said on every page and sheet
    schools: Mapped[list[School]] = relationship(back_populates="bureau", order_by="School.name")


class School(DeskBase):
    """A school of a bureau's district."""

    __tablename__ = "school"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    name: Mapped[str]
    setting: Mapped[str]  # urban | rural: which families are assumed
    bureau: Mapped[Bureau] = relationship(back_populates="schools")
    enrolment: Mapped[list[Enrolment]] = relationship(order_by="Enrolment.grade", cascade="all, delete-orphan")

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
    bureau: Mapped[Bureau] = relationship()
    school: Mapped[School | None] = relationship()


class Deed(DeskBase):
    """One thing a member of staff did; never anything a respondent did."""

    __tablename__ = "deed"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    login: Mapped[str]
    what: Mapped[str]
