"""The Ministry's notice: how many schools have which word for each clause, by each side, and which schools these are."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l

from survey.notice.rules import HEARD, SEEN, SIDES, WORDS
from survey.notice.words import WORD_LABELS
from survey.words import wording
from survey.workbook.summary import Summary
from survey.workbook.tables.schools import SCHOOL
from survey.workbook.tables.table import Field, Row, Table

FOUND = _l("found by house rules from the plan, what is written down of the school, and the release")
CLAUSE = Field("clause", "text", _l("Clause of the Ministry's notice of 6 March 2020"), FOUND, codes=wording.CLAUSES)
SIDE = Field(
    "side", "text", _l("What the word rests on"), FOUND, codes={SEEN: _l("By plan or record"), HEARD: _l("By report")}
)
WORD = Field("word", "text", _l("Whether the clause is kept"), FOUND, codes=WORD_LABELS)


def notice(summary: Summary) -> Table:
    """One row a clause, side and word; a side that tells nothing of a clause has no row."""
    schools = Field("schools", "whole", _l("How many schools have this word"), FOUND, _l("schools"))

    def rows() -> Iterator[Row]:
        for told in summary.notice:
            for side in SIDES:
                for word in WORDS if side in told.schools else ():
                    yield told.clause.id, side, word, len(told.schools[side][word])

    return Table("notice", _l("One row a word for a clause of the notice"), (CLAUSE, SIDE, WORD, schools), rows)


def notice_schools(summary: Summary) -> Table:
    """One row a school, clause and side."""

    def rows() -> Iterator[Row]:
        for told in summary.notice:
            found = {
                (facts.school_id, side): word
                for side, words in told.schools.items()
                for word, schools in words.items()
                for facts in schools
            }
            for (school, side), word in sorted(found.items()):
                yield school, told.clause.id, side, word

    about = _l("One row a school's word for a clause of the notice")
    return Table("notice_schools", about, (SCHOOL, CLAUSE, SIDE, WORD), rows)
