"""The answers store's tables: mixed answers, and comments that no key joins to them.

Only the mixer writes here and only the release room reads; `tests/test_architecture.py` holds both.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import AnswersBase, new_id


class Answer(AnswersBase):
    """One person's closed answers, after mixing: no time, no order, no code."""

    __tablename__ = "answer"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    campaign_id: Mapped[str]
    school_id: Mapped[str] = mapped_column(primary_key=True)  # or pooled.OTHER_SCHOOLS; large stores are divided by it
    questionnaire: Mapped[str]
    grade: Mapped[int | None]  # or pooled.OTHER_GRADES; None: teachers
    said: Mapped[bytes] = mapped_column(LargeBinary)  # a bit for each sign of the legend (legend.py)


class Legend(AnswersBase):
    """What the bits of all answers to a questionnaire in a round say. It only grows, and then they are written anew."""

    __tablename__ = "legend"
    __table_args__ = {"sqlite_with_rowid": False}

    campaign_id: Mapped[str] = mapped_column(primary_key=True)
    questionnaire: Mapped[str] = mapped_column(primary_key=True)
    choices: Mapped[dict[str, list[str]]] = mapped_column(JSON)  # question → choices, in the order of the alphabet


class Comment(AnswersBase):
    """One free remark, kept apart from the answers it came with."""

    __tablename__ = "comment"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    campaign_id: Mapped[str]
    school_id: Mapped[str] = mapped_column(primary_key=True)
    questionnaire: Mapped[str]
    words: Mapped[str]


class Counted(AnswersBase):
    """What a release was made of, hidden groups too: what the next release is held against."""

    __tablename__ = "counted"
    __table_args__ = {"sqlite_with_rowid": False}

    campaign_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    questionnaire: Mapped[str] = mapped_column(primary_key=True)
    # «choices»: question → its choices; «cells»: of each of the smallest groups school, grade, people and, a list for
    # each question, who answered it and who took each choice.
    cells: Mapped[dict[str, Any]] = mapped_column(JSON)
