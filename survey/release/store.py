"""The desk store's tables of releases: what is told of the district, of each school in a row of its own, and files."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import DeskBase, new_id


class FrozenRelease(DeskBase):
    """A release as it was published, with its fingerprint.

    `tables` has what is told of the whole district, and the words of all questions.
    """

    __tablename__ = "frozen_release"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"))
    number: Mapped[int]
    published_on: Mapped[date]
    tables: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)  # large: fetched when they are read
    sha256: Mapped[str]  # of these tables and of each school's, as lines of canonical JSON


class SchoolTables(DeskBase):
    """What a release tells of one school, so that its pages read no other's."""

    __tablename__ = "school_tables"

    release_id: Mapped[str] = mapped_column(ForeignKey("frozen_release.id"), primary_key=True)
    school_id: Mapped[str] = mapped_column(primary_key=True)  # or pooled.OTHER_SCHOOLS
    whole: Mapped[dict[str, Any]] = mapped_column(JSON)
    grades: Mapped[dict[str, Any]] = mapped_column(JSON)


class ReleaseFile(DeskBase):
    """A finished file of a release; it is sent as it was stored."""

    __tablename__ = "release_file"
    __table_args__ = (UniqueConstraint("release_id", "name", "language"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    release_id: Mapped[str] = mapped_column(ForeignKey("frozen_release.id"))
    name: Mapped[str]  # as in its address
    language: Mapped[str]  # "": it speaks all of them
    size: Mapped[int]  # bytes
    sha256: Mapped[str]  # of the content, for whoever downloaded it


class FilePart(DeskBase):
    """A piece of a file's content: a province's files are larger than what should be in memory at once."""

    __tablename__ = "release_file_part"

    file_id: Mapped[str] = mapped_column(ForeignKey("release_file.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # from 0 on
    content: Mapped[bytes]
