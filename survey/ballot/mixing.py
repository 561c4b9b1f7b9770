"""Mixing: a process of its own opens ballots in batches and writes them, shuffled, as answers without time or order.

It writes answers first and deletes ballots after, in two transactions. An answer's id is a keyed function of its
ballot's, so that a mixing that was cut off between the two, when it is done again, writes the same rows and doubles
none; with the ballots gone, nobody can compute it. Rows go in by their ids, which are random: the order on disk says
nothing. The comment's id is made under another word and does not join to the answer's.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from itertools import groupby
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey import db
from survey.answer_store import Answer, Comment
from survey.ballot.compacting import compact
from survey.ballot.sealing import open_sealed
from survey.ballot.store import Ballot, Group

SMALLEST_BATCH = 10


def mix(private_key: bytes) -> int:
    """Mix what is ripe: ten ballots or more of one school and questionnaire, or all of a closed campaign's.

    Returns how many ballots became answers.
    """
    ripe = _ripe()
    if not ripe:
        return 0
    write_answers(ripe, private_key)
    delete_ballots(ripe)
    return len(ripe)


def _ripe() -> list[tuple[Ballot, Group]]:
    found = db.session("ballots").execute(select(Ballot, Group).join(Group)).all()
    pairs = sorted(((ballot, group) for ballot, group in found), key=_batch)
    ripe = []
    for _, batch in groupby(pairs, key=_batch):
        listed = list(batch)
        if len(listed) >= SMALLEST_BATCH or not any(group.is_open for _, group in listed):
            ripe += listed
    db.session("ballots").rollback()
    return ripe


def _batch(pair: tuple[Ballot, Group]) -> tuple[str, str, str]:
    return pair[1].campaign_id, pair[1].school_id, pair[1].questionnaire


def write_answers(ripe: list[tuple[Ballot, Group]], private_key: bytes) -> None:
    """Write the ballots' answers and comments; those that are there already stay as they are."""
    answers: list[dict[str, Any]] = []
    comments: list[dict[str, Any]] = []
    for ballot, group in ripe:
        said = json.loads(open_sealed(ballot.sealed, private_key))
        place = {"campaign_id": group.campaign_id, "school_id": group.school_id, "questionnaire": group.questionnaire}
        answers.append(
            {"id": _id(private_key, "answer", ballot.id), **place, "grade": group.grade, "choices": said["answers"]}
        )
        if said["comment"]:
            comments.append({"id": _id(private_key, "comment", ballot.id), **place, "words": said["comment"]})
    session = db.session("answers")
    _add_missing(session, Answer, answers)
    _add_missing(session, Comment, comments)
    session.commit()
    compact("answers")


def delete_ballots(ripe: list[tuple[Ballot, Group]]) -> None:
    """Delete the ballots that became answers, and their traces in the file."""
    session = db.session("ballots")
    for ballot, _ in ripe:
        session.execute(delete(Ballot).where(Ballot.id == ballot.id))
    session.commit()
    session.expunge_all()
    compact("ballots")


def _add_missing(session: Session, table: type[Answer] | type[Comment], rows: list[dict[str, Any]]) -> None:
    for row in sorted(rows, key=lambda row: str(row["id"])):
        if session.get(table, row["id"]) is None:
            session.add(table(**row))
            session.flush()


def _id(private_key: bytes, purpose: str, ballot_id: str) -> str:
    return hmac.new(private_key, f"{purpose} {ballot_id}".encode(), hashlib.sha256).hexdigest()[:32]
