"""Mixing: a process of its own opens ballots in batches and writes them, shuffled, as answers without time or order.

Never fewer than SMALLEST_BATCH at once, and all of one batch with the same school, questionnaire and grade: whoever has
every copy of every file knows of so many codes and so many answers that they belong together, and not which to which.
While its round is open, SMALLEST_BATCH of a group's ballots stay behind, so that at the close no few are left over;
those of a school that was closed meanwhile wait like the others. Those of a group that never had so many are mixed with
the other grades of their school, without their grade; those of a school that never had so many, with the other schools,
without it; and where that is too few, they are deleted unopened.

Answers are written first and ballots deleted after, in two transactions. An answer's id was drawn when its ballot was
sealed and lies within it, so that a mixing that was cut off between the two, when it is done again, writes the same
rows and doubles none. Rows go in by their ids, which are random: the order on disk says nothing.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from survey import db
from survey.answer_store import Answer, Comment
from survey.ballot.compacting import compact
from survey.ballot.sealing import open_sealed
from survey.ballot.store import Ballot, Group, SealKey
from survey.pooled import OTHER_GRADES, OTHER_SCHOOLS

SMALLEST_BATCH = 10
ROWS_AT_ONCE = 1000
CHANCE = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Place:
    """What is kept of where an answer came from."""

    campaign_id: str
    school_id: str
    questionnaire: str
    grade: int | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Ballots that are mixed with each other; without a place, too few to be opened."""

    place: Place | None
    ballots: tuple[Ballot, ...]


def mix(private_key: bytes, *, may_end: bool = True) -> int:
    """Mix what is ripe and delete what will never be. Returns how many ballots became answers.

    Without `may_end`, ballots of rounds that are over are left for later.
    """
    found = batches(may_end=may_end)
    if not found:
        return 0
    opened = [batch for batch in found if batch.place]
    if opened:
        write_answers(opened, private_key)
    delete_ballots(found)
    return sum(len(batch.ballots) for batch in opened)


def batches(*, may_end: bool = True) -> list[Batch]:
    """Which of the waiting ballots can be mixed now, and with which."""
    rows = db.session("ballots").execute(select(Ballot, Group).join(Group)).all()
    waiting: defaultdict[Place, list[Ballot]] = defaultdict(list)
    open_places = set()
    for ballot, group in rows:
        place = Place(group.campaign_id, group.school_id, group.questionnaire, group.grade)
        waiting[place].append(ballot)
        if not group.is_over:
            open_places.add(place)
    db.session("ballots").rollback()
    found = [Batch(p, _but_the_last(waiting[p])) for p in open_places if len(waiting[p]) >= 2 * SMALLEST_BATCH]
    over = {p: ballots for p, ballots in waiting.items() if p not in open_places}
    return found + (list(_at_the_close(over)) if may_end else [])


def _but_the_last(ballots: list[Ballot]) -> tuple[Ballot, ...]:
    """All but SMALLEST_BATCH, whichever chance leaves."""
    return tuple(CHANCE.sample(ballots, len(ballots) - SMALLEST_BATCH))


def _at_the_close(left: dict[Place, list[Ballot]]) -> Iterator[Batch]:
    """Whole groups where they are large enough, else with other grades, else with other schools."""
    for wider in (_without_grade, _without_school, None):
        pooled: defaultdict[Place, list[Ballot]] = defaultdict(list)
        for place, ballots in left.items():
            if len(ballots) >= SMALLEST_BATCH:
                yield Batch(place, tuple(ballots))
            elif wider:
                pooled[wider(place)] += ballots
            else:
                yield Batch(None, tuple(ballots))
        left = pooled


def _without_grade(place: Place) -> Place:
    return place if place.grade is None else replace(place, grade=OTHER_GRADES)


def _without_school(place: Place) -> Place:
    return replace(place, school_id=OTHER_SCHOOLS)


def write_answers(opened: Iterable[Batch], private_key: bytes) -> None:
    """Write the ballots' answers and comments; those that are there already stay as they are."""
    answers: list[dict[str, Any]] = []
    comments: list[dict[str, Any]] = []
    for batch in opened:
        p = batch.place
        assert p is not None
        place = {"campaign_id": p.campaign_id, "school_id": p.school_id, "questionnaire": p.questionnaire}
        for ballot in batch.ballots:
            said = json.loads(open_sealed(ballot.sealed, private_key))
            answers.append({"id": said["id"], **place, "grade": p.grade, "choices": said["answers"]})
            comments += [{**remark, **place} for remark in said["remarks"]]
    session = db.session("answers")
    _add_missing(session, Answer, answers)
    _add_missing(session, Comment, comments)
    session.commit()
    compact("answers")


def delete_ballots(found: Iterable[Batch]) -> None:
    """Delete the ballots that became answers or never will, and their traces in the file."""
    session = db.session("ballots")
    # Nothing that is loaded is looked at again: to find the row among thousands, each time, would take minutes.
    unlooked = {"synchronize_session": False}
    for batch in found:
        for ballot in batch.ballots:
            mine = Ballot.id == ballot.id, Ballot.school_id == ballot.school_id
            session.execute(delete(Ballot).where(*mine), execution_options=unlooked)
    session.execute(update(SealKey).values(used=True))
    session.commit()
    session.expunge_all()
    compact("ballots")


def _add_missing(session: Session, table: type[Answer] | type[Comment], rows: list[dict[str, Any]]) -> None:
    """By its id alone, whatever the school: a mixing done again may mix with others what the first one wrote."""
    ordered = sorted(rows, key=lambda row: str(row["id"]))
    for first in range(0, len(ordered), ROWS_AT_ONCE):
        some = ordered[first : first + ROWS_AT_ONCE]
        there = set(session.scalars(select(table.id).where(table.id.in_([row["id"] for row in some]))))
        missing = {row["id"]: row for row in some if row["id"] not in there}
        if missing:
            session.execute(insert(table), list(missing.values()))
