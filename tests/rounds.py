"""Groups to answer in, as a bureau would open them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path
from unittest import mock

from flask import Flask, has_app_context
from sqlalchemy import func, select

from survey import db, questionnaire
from survey.ballot import asked, seal_key
from survey.ballot.groups import open_groups
from survey.ballot.store import Ballot, Group
from survey.questionnaire.reader import load


def mixer_key(app: Flask) -> bytes:
    """The mixer's private key; its public half is published."""
    # Within an application context it uses that one's sessions: another's would wait for their lock.
    with nullcontext() if has_app_context() else app.app_context():
        return seal_key.private_key(app.config["SETTINGS"].mixer_keys)


def a_group(
    entry: str = "open_link", questionnaire: str = "parent", enrolled: int = 40, school: str = "s1", grade: int = 3
) -> Group:
    """An open group, of grade 3 in a school of 40 unless told otherwise; the caller is within an app context."""
    group = Group(
        campaign_id="c1",
        campaign_title="Round one",
        bureau_name="Bureau",
        school_id=school,
        school_name=f"School {school}",
        questionnaire=questionnaire,
        grade=None if questionnaire == "teacher" else grade,
        entry=entry,
        enrolled=enrolled,
        closes_on=date.max,
    )
    open_groups([group])
    db.session("ballots").expunge_all()
    return group


def ballots(app: Flask) -> int:
    """How many ballots wait."""
    with app.app_context():
        return db.session("ballots").scalar(select(func.count()).select_from(Ballot)) or 0


EVERYTHING = load(Path(__file__).parent / "cases/everything.toml")


@contextmanager
def with_everything() -> Iterator[None]:
    """While this lasts, there is a questionnaire with every type of question: `everything`."""
    known = questionnaire.built_in()
    listed = {**known, EVERYTHING.name: EVERYTHING}
    with mock.patch.object(asked, "built_in", return_value=listed):
        yield
