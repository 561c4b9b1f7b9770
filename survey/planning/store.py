"""The desk store's table of plan versions."""

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
