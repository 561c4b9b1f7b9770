"""Counting answers: the fixed groups of a campaign, before protection. Nothing here may leave the room.

A province's answers are read as a stream, in whatever order the store has them, and counted in arrays: of each cell
(school and grade) one row, which the groups are then the sums of.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Row, delete, select

from survey import collecting, db
from survey.answer_store import Answer, Comment, Counted, Legend
from survey.legend import Choices
from survey.questionnaire.model import Questionnaire
from survey.release.counting import Cells, Counting
from survey.release.suppression import SMALLEST_GROUP
from survey.release.tallies import Tallies, nobody, summed

Told = tuple[list[str], list[int | None], list[bytes]]  # of each answer the school, the grade, and what was said
ROWS_AT_ONCE = 1_000  # few enough to be counted while a processor still has them at hand


@dataclass(frozen=True, slots=True)
class Remark:
    """One free remark, and the school it came from."""

    id: str
    school_id: str
    words: str


@collecting.seldom()
def tabulate(campaign_id: str, questionnaires: Mapping[str, Questionnaire]) -> Mapping[str, Tallies]:
    """Questionnaire → the tallies of its groups; `questionnaires` are those that the round asked, by name."""
    legends = _legends(campaign_id)
    cells = Cells()
    counted = _counted(campaign_id, {name: Counting(questionnaires[name], legends[name], cells) for name in legends})
    # Legends only grow: where they are the same before and after, the answers in between were written by them.
    return counted if legends == _legends(campaign_id) else tabulate(campaign_id, questionnaires)


def _legends(campaign_id: str) -> Mapping[str, Choices]:
    """Questionnaire → what the bits of its answers say."""
    with db.reading("answers") as connection:
        kept = select(Legend.questionnaire, Legend.choices).where(Legend.campaign_id == campaign_id)
        return {row.questionnaire: row.choices for row in connection.execute(kept)}


def _counted(campaign_id: str, counting: Mapping[str, Counting]) -> Mapping[str, Tallies]:
    # As columns: the ORM's way, an object for each answer, takes many times as long.
    columns = Answer.questionnaire, Answer.school_id, Answer.grade, Answer.said
    with db.reading("answers") as connection:
        streamed = connection.execution_options(yield_per=ROWS_AT_ONCE)
        for rows in streamed.execute(select(*columns).where(Answer.campaign_id == campaign_id)).partitions():
            for questionnaire, told in _by_questionnaire(rows).items():
                if questionnaire in counting:  # else its first answers came just now, and it is counted again
                    counting[questionnaire].add(*told)
    return {questionnaire: summed(*found.cells()) for questionnaire, found in counting.items()}


def are_enough(campaign_id: str, questionnaires: Collection[str]) -> bool:
    """Whether to any of these so many gave an answer that something may be told; few rows are looked at, however many
    there are."""
    too_few_of_each = len(questionnaires) * (SMALLEST_GROUP - 1)
    some = select(Answer.questionnaire).where(Answer.campaign_id == campaign_id).limit(too_few_of_each + 1)
    with db.reading("answers") as connection:
        found = Counter(connection.execute(some).scalars())
    return max(found.values(), default=0) >= SMALLEST_GROUP


def _by_questionnaire(rows: Iterable[Row[str, str, int | None, bytes]]) -> Mapping[str, Told]:
    """Questionnaire → what its answers are."""
    found: defaultdict[str, Told] = defaultdict(lambda: ([], [], []))
    for questionnaire, school, grade, said in rows:
        schools, grades, bits = found[questionnaire]
        schools.append(school)
        grades.append(grade)
        bits.append(said)
    return found


def remarks_of(campaign_id: str) -> Mapping[str, list[Remark]]:
    """Questionnaire → the remarks of the whole district."""
    found: defaultdict[str, list[Remark]] = defaultdict(list)
    for row in db.session("answers").scalars(select(Comment).where(Comment.campaign_id == campaign_id)):
        found[row.questionnaire].append(Remark(row.id, row.school_id, row.words))
    db.session("answers").rollback()
    return found


def remember(campaign_id: str, number: int, questionnaire: Questionnaire, tallies: Tallies) -> None:
    """Keep what a release was made of, so that the next one can be held against it. Commits."""
    session = db.session("answers")
    key = (Counted.campaign_id == campaign_id, Counted.number == number, Counted.questionnaire == questionnaire.name)
    session.execute(delete(Counted).where(*key))
    choices, cells = questionnaire.choices, tallies.smallest()
    rows = zip(cells.groups, cells.people.tolist(), *(cells.answers[name].tolist() for name in choices), strict=True)
    counts = [[*group, people, *answers] for group, people, *answers in rows]
    kept = {"choices": choices, "cells": counts}
    session.add(Counted(campaign_id=campaign_id, number=number, questionnaire=questionnaire.name, cells=kept))
    session.commit()


def remembered(campaign_id: str, number: int, questionnaire: Questionnaire) -> Tallies:
    """What an earlier release was made of; nobody when it had none of this questionnaire."""
    row = db.session("answers").get(Counted, (campaign_id, number, questionnaire.name))
    db.session("answers").rollback()
    return _of_today(questionnaire, row.cells) if row else nobody(questionnaire)


def _of_today(questionnaire: Questionnaire, kept: Mapping[str, Any]) -> Tallies:
    """What was counted, by the questions and choices that are asked now."""
    cells, then = kept["cells"], kept["choices"]
    place = {name: number for number, name in enumerate(then, start=3)}
    answers = {}
    for name, choices in questionnaire.choices.items():
        was = ["", *then.get(name, ())]  # the first is who answered at all
        counts = np.array([cell[place[name]] for cell in cells] if name in place else [[0]] * len(cells), np.int64)
        counts = np.column_stack((counts.reshape(len(cells), -1), np.zeros(len(cells), np.int64)))
        answers[name] = counts[:, [was.index(choice) if choice in was else -1 for choice in ("", *choices)]]
    people = np.array([cell[2] for cell in cells], np.int64)
    return summed([(school, grade) for school, grade, *_ in cells], people, answers)
