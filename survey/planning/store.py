"""The desk store's tables of plan versions, and of the drafts that are not in force yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import DeskBase, new_id


class PlanVersion(DeskBase):
    """A plan as it was saved; nothing is overwritten, the highest number is the one in force."""

    __tablename__ = "plan_version"
    __table_args__ = (UniqueConstraint("school_id", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    school_id: Mapped[str] = mapped_column(ForeignKey("school.id"))
    number: Mapped[int]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]  # login
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)  # estimator.plan_reading.plan_as_dict


class PlanDraft(DeskBase):
    """What one member of staff is changing; each has their own, so that nobody's work writes over another's."""

    __tablename__ = "plan_draft"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    school_id: Mapped[str] = mapped_column(ForeignKey("school.id"))
    base: Mapped[int]  # number of the version it began from; 0 before the first
    changed_at: Mapped[datetime]
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)  # as a version's; it may have no lesson yet
    # What the last change would be undone to, and the version that this began from.
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    base_before: Mapped[int]
