"""Writing mixed answers into their store: each once, as bits by the legend of its round's questionnaire.

Where somebody said what the legend has no sign for, it grows, and all answers to that questionnaire in that round are
written anew: neither the legend nor an answer's length tells what came later. It begins with all that is asked today,
so this is rare.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from survey import db, legend
from survey.answer_store import Answer, Comment, Legend
from survey.questionnaire import built_in
from survey.questionnaire.model import Answers

ROWS_A_STATEMENT = 1_000
Rows = list[dict[str, Any]]
Named = TypeVar("Named")
ANEW = (
    update(Answer)
    .where(Answer.id == bindparam("of_id"), Answer.school_id == bindparam("of_school"))
    .values(said=bindparam("bits"))
)


def add_answers(session: Session, rows: Rows) -> None:
    """Add answers, each a row whose `answers` are what was said; those that are there already stay as they are.

    The caller commits.
    """
    of_legend: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        of_legend[row["campaign_id"], row["questionnaire"]].append(row)
    for of, those in of_legend.items():
        bits = _written(session, of, [row["answers"] for row in those])
        kept = [{name: value for name, value in row.items() if name != "answers"} for row in those]
        _add_missing(session, Answer, [{**row, "said": said} for row, said in zip(kept, bits, strict=True)])


def add_comments(session: Session, rows: Rows) -> None:
    """Add comments; those that are there already stay as they are. The caller commits."""
    _add_missing(session, Comment, rows)


def _written(session: Session, of: tuple[str, str], told: Sequence[Answers]) -> list[bytes]:
    """What people said to a round's questionnaire, as it is stored.

    The legend has a sign for all of it afterwards, unless it would be too wide: then what it has none for is left out.
    """
    campaign, questionnaire = of
    # Held until the caller commits: nobody else may write by a legend that grows meanwhile.
    row = session.get(Legend, of, populate_existing=True, with_for_update=True)
    asked = built_in().get(questionnaire)
    choices = asked.choices if asked else {}
    if row is None:
        row = Legend(campaign_id=campaign, questionnaire=questionnaire, choices=legend.legend_of(choices))
        session.add(row)
    try:
        bits = legend.written(told, row.choices)
    except KeyError:
        wider = legend.legend_of(row.choices, choices, *map(legend.chosen, told))
        if legend.is_too_wide(wider):
            told = [legend.known(each, row.choices) for each in told]
        else:
            _write_anew(session, row, wider)
            row.choices = wider
        bits = legend.written(told, row.choices)
    session.flush()
    return bits


def _write_anew(session: Session, row: Legend, wider: legend.Choices) -> None:
    mine = Answer.campaign_id == row.campaign_id, Answer.questionnaire == row.questionnaire
    next_ones = (
        select(Answer.id, Answer.school_id, Answer.said).where(*mine).order_by(Answer.id).limit(ROWS_A_STATEMENT)
    )
    last = ""
    while some := session.execute(next_ones.where(Answer.id > last)).all():
        bits = legend.rewritten([each.said for each in some], row.choices, wider)
        anew = [{"of_id": e.id, "of_school": e.school_id, "bits": said} for e, said in zip(some, bits, strict=True)]
        session.connection().execute(ANEW, anew)
        last = some[-1].id


def by_statement(those: Sequence[Named]) -> Iterator[Sequence[Named]]:
    """As many at a time as one statement names."""
    return (those[at : at + ROWS_A_STATEMENT] for at in range(0, len(those), ROWS_A_STATEMENT))


def _add_missing(session: Session, table: type[Answer] | type[Comment], rows: Rows) -> None:
    """By its id alone, whatever the school: a mixing done again may mix with others what the first one wrote."""
    add = db.INSERT[session.get_bind().dialect.name](table).on_conflict_do_nothing()
    of_id = {str(row["id"]): row for row in rows}
    for some in by_statement(sorted(of_id)):
        there = set(session.scalars(select(table.id).where(table.id.in_(some))))
        if missing := [of_id[each] for each in some if each not in there]:
            session.connection().execute(add, missing)
