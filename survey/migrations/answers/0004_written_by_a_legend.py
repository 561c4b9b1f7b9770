"""Answers as bits, by a legend of each round's questionnaire, in place of their text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ROWS_AT_ONCE = 1_000
PLACE = {name: sa.String() for name in ("id", "campaign_id", "school_id", "questionnaire")} | {"grade": sa.Integer()}


def _table(name: str, **columns: sa.types.TypeEngine[Any]) -> sa.TableClause:
    return sa.table(name, *(sa.column(each, kind) for each, kind in columns.items()))


KEPT = _table("kept", **PLACE, choices=sa.JSON())
ANSWER = _table("answer", **PLACE, said=sa.LargeBinary())
LEGEND = _table("legend", campaign_id=sa.String(), questionnaire=sa.String(), choices=sa.JSON())
Row = sa.Row[Any]
Sign = tuple[str, str]
Legends = Mapping[tuple[str, str], Mapping[str, Sequence[str]]]


def upgrade() -> None:
    """The table anew, in the order of its random ids."""
    op.execute("create temporary table kept as select * from answer")
    op.drop_table("answer")
    _make()
    connection = op.get_bind()
    legends = _legends(connection)
    for (campaign, questionnaire), choices in legends.items():
        told = {"campaign_id": campaign, "questionnaire": questionnaire, "choices": choices}
        connection.execute(sa.insert(LEGEND), told)
    bits = {of: _bits(choices) for of, choices in legends.items()}
    for rows in _read(connection):
        connection.execute(sa.insert(ANSWER), [_anew(row, bits[row.campaign_id, row.questionnaire]) for row in rows])
    op.execute("drop table kept")


def _anew(row: Row, bits: Mapping[Sign, int]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in PLACE} | {"said": written(row.choices, bits)}


def _make() -> None:
    op.create_table(
        "answer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("campaign_id", sa.String(), nullable=False),
        sa.Column("school_id", sa.String(), nullable=False),
        sa.Column("questionnaire", sa.String(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", "school_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "legend",
        sa.Column("campaign_id", sa.String(), nullable=False),
        sa.Column("questionnaire", sa.String(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "questionnaire"),
        sqlite_with_rowid=False,
    )


def _read(connection: sa.Connection) -> Iterator[Sequence[Row]]:
    asked = sa.select(KEPT).order_by(KEPT.c.id)
    rows = connection.execute(asked, execution_options={"yield_per": ROWS_AT_ONCE})
    yield from rows.partitions()


def _legends(connection: sa.Connection) -> Legends:
    """Of each round's questionnaire what was answered, question → choices, in the order of the alphabet."""
    found: defaultdict[tuple[str, str], defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for rows in _read(connection):
        for row in rows:
            answered = found[row.campaign_id, row.questionnaire]
            for question, said in _answered(row.choices):
                answered[question].update(_listed(said))
    return {of: {q: sorted(said - {""}) for q, said in sorted(asked.items())} for of, asked in sorted(found.items())}


def _answered(choices: Any) -> Iterator[tuple[str, Any]]:
    """Question → what was said, without what says nothing (null); no page of ours ever sealed that."""
    answers = choices.items() if isinstance(choices, dict) else ()
    return ((question, said) for question, said in answers if said is not None)


def _listed(said: Any) -> Iterable[str]:
    """What was chosen; what is no text is nothing that was on offer."""
    return [each for each in (said if isinstance(said, list) else [said]) if isinstance(each, str)]


def _bits(choices: Mapping[str, Sequence[str]]) -> Mapping[Sign, int]:
    """For each question and what was said to it a bit; nothing, that it was answered at all."""
    signs = ((question, said) for question, listed in choices.items() for said in ("", *listed))
    return {sign: 1 << place for place, sign in enumerate(signs)}


def written(answers: Any, bits: Mapping[Sign, int]) -> bytes:
    """An answer as it is stored from 0004 on."""
    found = 0
    for question, said in _answered(answers):
        for each in ("", *_listed(said)):
            found |= bits[question, each]
    return found.to_bytes(-(-len(bits) // 8), "little")
