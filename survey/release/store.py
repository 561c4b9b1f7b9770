"""The desk store's table of releases."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import DeskBase, new_id


class FrozenRelease(DeskBase):
    """A release as it was published, with its fingerprint and the finished workbook."""

    __tablename__ = "frozen_release"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"))
    number: Mapped[int]
    published_on: Mapped[date]
    tables: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str]  # of the tables as canonical JSON
    workbook: Mapped[bytes]
    workbook_sha256: Mapped[str]  # of the file, for whoever downloaded it
