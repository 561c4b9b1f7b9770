"""The desk store's table of what schools say they will change after a release."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import DeskBase


class SchoolReply(DeskBase):
    """«You said, we did»: one school's word on one release, for everybody to read."""

    __tablename__ = "school_reply"

    release_id: Mapped[str] = mapped_column(ForeignKey("frozen_release.id"), primary_key=True)
    school_id: Mapped[str] = mapped_column(ForeignKey("school.id"), primary_key=True)
    words: Mapped[str]
    by_when: Mapped[date]
    written_on: Mapped[date]
