"""The desk store's table of campaigns."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import DeskBase, new_id


class Campaign(DeskBase):
    """One round. draft → open → closed → published → open again for late answers."""

    __tablename__ = "campaign"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    title: Mapped[str]
    entry: Mapped[str]  # slips | open_link
    state: Mapped[str] = mapped_column(default="draft")
    opened_on: Mapped[date | None]
    closes_on: Mapped[date]
    counted_on: Mapped[date | None]
    # School → questionnaire → how many had answered on that day, rounded.
    received: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON, default=dict)
