"""The desk store's tables of campaigns, and of the groups that were reminded."""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy import JSON, ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import DeskBase, new_id

ROLES = ("parent", "pupil", "teacher")


class WrongState(ValueError):
    """A step that the campaign is not ready for."""


class Campaign(DeskBase):
    """One round. draft → open → closed → published; open again for late answers, also where too few came to publish."""

    __tablename__ = "campaign"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    title: Mapped[str]
    entry: Mapped[str]  # slips | open_link
    state: Mapped[str] = mapped_column(default="draft")
    was_published: Mapped[bool] = mapped_column(default=False, server_default=false())  # it has a release
    # Whom it asks (whom.py): which roles, and all schools, those of one setting, or those whose ids are listed.
    roles: Mapped[list[str]] = mapped_column(JSON, default=list(ROLES), server_default=json.dumps(ROLES))
    schools: Mapped[str] = mapped_column(default="all", server_default="all")  # all | urban | rural | some
    school_ids: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    opens_on: Mapped[date | None]  # the first day on which answers are taken; None: the day it is opened
    opened_on: Mapped[date | None]  # once it is open, its first day
    closes_on: Mapped[date]
    counted_on: Mapped[date | None]
    # School → questionnaire → how many had answered on that day, rounded. Large: fetched when it is read.
    received: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON, default=dict, deferred=True)
    # The same of each group, by its id.
    received_by_group: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}", deferred=True)


class Reminder(DeskBase):
    """When a whole group of a round was last reminded."""

    __tablename__ = "reminder"

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    group_id: Mapped[str] = mapped_column(primary_key=True)
    last_on: Mapped[date]
