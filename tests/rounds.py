"""Groups to answer in, as a bureau would open them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path
from unittest import mock

from flask import Flask, has_app_context
from sqlalchemy import func, select

from survey import db, legend, questionnaire
from survey.answer_store import Answer, Legend
from survey.ballot import asked, seal_key
from survey.ballot.groups import open_groups
from survey.ballot.store import Ballot, Group
from survey.ballot.writing import add_answers
from survey.questionnaire.model import Answers
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


def answers_kept() -> list[tuple[str, str, int | None, dict[str, list[str]]]]:
    """Id, school, grade and what was chosen of each answer in its store, in the order of their ids."""
    session = db.session("answers")
    session.rollback()
    legends = {(row.campaign_id, row.questionnaire): row.choices for row in session.scalars(select(Legend))}
    found = []
    for row in session.scalars(select(Answer).order_by(Answer.id)):
        by = legends[row.campaign_id, row.questionnaire]
        had = [sign for sign, has in zip(legend.signs(by), legend.read([row.said], by)[0], strict=True) if has]
        answered = [question for question, said in had if said == legend.ANSWERED]
        chosen = {q: [said for question, said in had if question == q and said != legend.ANSWERED] for q in answered}
        found.append((row.id, row.school_id, row.grade, chosen))
    return found


def keep_answers(answers: Iterable[tuple[str, int | None, Answers]], questionnaire: str = "parent") -> None:
    """Put answers of round one into their store as the mixer does; each has its school and grade."""
    place = {"campaign_id": "c1", "questionnaire": questionnaire}
    rows = [
        {"id": db.new_id(), **place, "school_id": school, "grade": grade, "answers": said}
        for school, grade, said in answers
    ]
    add_answers(db.session("answers"), rows)
    db.session("answers").commit()
