"""The desk store's tables of plans in force and in the making, and of what a bureau has them weighed by."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import DeskBase, new_id


class PlanVersion(DeskBase):
    """A plan as it was saved; nothing is overwritten, the highest number is the one in force."""

    __tablename__ = "plan_version"
    __table_args__ = (UniqueConstraint("school_id", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[str] = mapped_column(ForeignKey("school.id"), primary_key=True)
    number: Mapped[int]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]  # login
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)  # estimator.plan_reading.plan_as_dict


class KeptAssessment(DeskBase):
    """What a school's plan in force was weighed at. It can be made anew at any time, and is in no backup."""

    __tablename__ = "kept_assessment"

    school_id: Mapped[str] = mapped_column(ForeignKey("school.id"), primary_key=True)
    known_by: Mapped[str]  # survey.planning.kept_assessments.made_of
    content: Mapped[bytes]  # an estimator.assessment.Assessment as msgpack, packed by zlib


class PlanDraft(DeskBase):
    """What one member of staff is changing; each has their own, so that nobody's work writes over another's."""

    __tablename__ = "plan_draft"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    school_id: Mapped[str] = mapped_column(ForeignKey("school.id"))
    base: Mapped[int]  # number of the version it began from; 0 before the first
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)  # as a version's; it may have no lesson yet


class PlanDraftStep(DeskBase):
    """What a draft was before one of its changes. The highest number is undone first, and is then gone."""

    __tablename__ = "plan_draft_step"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    base: Mapped[int]  # as the draft's was
    plan: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # None: there was no draft yet


class PlanDraftUndone(DeskBase):
    """What a draft was before it was undone. The highest number is done again first; the next change ends them all."""

    __tablename__ = "plan_draft_undone"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    school_id: Mapped[str] = mapped_column(ForeignKey("school.id"))  # as the draft's was, like what follows
    base: Mapped[int]
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)


class NormOfBureau(DeskBase):
    """A limit that a bureau has added: who says so, in which document. It never changes; taken back, it stays."""

    __tablename__ = "own_norm"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    added_at: Mapped[datetime]
    added_by: Mapped[str]  # login
    taken_back_at: Mapped[datetime | None]
    taken_back_by: Mapped[str | None]
    measure: Mapped[str]
    first_grade: Mapped[int]
    last_grade: Mapped[int]
    value: Mapped[float]  # in the unit of estimator.norms: of families, a share from 0 to 1
    issuer: Mapped[str]
    title: Mapped[str]
    chinese_title: Mapped[str]
    dated: Mapped[date]  # the document
    since: Mapped[date]
    until: Mapped[date | None]  # the first day it no longer holds
    read_at: Mapped[str]  # an address, or a place
    read_on: Mapped[date]
    confidence: Mapped[str]  # how well it was read


class FamiliesChoice(DeskBase):
    """Which families a bureau's plans are weighed with; nothing is overwritten, the highest number is in force."""

    __tablename__ = "families_choice"
    __table_args__ = (UniqueConstraint("bureau_id", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    number: Mapped[int]
    chosen_at: Mapped[datetime]
    chosen_by: Mapped[str]  # login
    way: Mapped[str]  # survey.planning.families_chosen.WAYS
    files: Mapped[dict[str, str]] = mapped_column(JSON)  # setting → text of a families file
