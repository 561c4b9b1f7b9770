"""What people answered: how many of each group were asked, and one row a choice. Hidden figures are empty cells."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from flask_babel import lazy_gettext as _l

from survey.pooled import OTHER_SCHOOLS
from survey.release.findings import gave_one
from survey.release.published import Audience, QuestionTable, Release
from survey.workbook.summary import Summary
from survey.workbook.tables.codes import Codes
from survey.workbook.tables.table import ANSWERS, Field, Row, Table

OTHERS = "other_schools"
LEVELS = {
    "district": _l("everybody in the district"),
    "grade": _l("one grade of all schools together"),
    "school": _l("one school"),
    "school_grade": _l("one grade of one school"),
}
HIDDEN = Field(
    "hidden",
    "yes_no",
    _l("Whether the figures are hidden: too few answered, or it would give away a group in which so few did"),
    ANSWERS,
)
AUDIENCE = (
    Field("questionnaire", "text", _l("Which questionnaire"), ANSWERS),
    Field("level", "text", _l("Who is counted"), ANSWERS, codes=LEVELS),
    Field(
        "school_id",
        "text",
        _l("The school, as in the table schools; empty: all schools"),
        ANSWERS,
        codes={OTHERS: _l("Other schools together")},
    ),
    Field("grade", "whole", _l("Grade, 1 to 12; empty: all grades"), ANSWERS, codes={0: _l("Other grades together")}),
)
FIGURES = (
    Field("question", "text", _l("The question, as in the codebook"), ANSWERS),
    Field("choice", "text", _l("The answer, as in the codebook; with +: several told together"), ANSWERS),
    Field("no_answer", "yes_no", _l("Whether it is no part of n: «not sure», «rather not say»"), ANSWERS),
    HIDDEN,
    Field("count", "whole", _l("How many gave this answer; empty where only bounds are told"), ANSWERS, _l("people")),
    Field("at_least", "whole", _l("At least so many gave this answer"), ANSWERS, _l("people")),
    Field("at_most", "whole", _l("At most so many gave this answer"), ANSWERS, _l("people")),
    Field("answered", "whole", _l("How many answered the question"), ANSWERS, _l("people")),
    Field(
        "n",
        "whole",
        _l("Those of them who gave an answer that counts; shares are of n; empty where only bounds are told"),
        ANSWERS,
        _l("people"),
    ),
    Field("n_at_least", "whole", _l("At least so many gave an answer that counts"), ANSWERS, _l("people")),
    Field("n_at_most", "whole", _l("At most so many gave an answer that counts"), ANSWERS, _l("people")),
)


def responses(summary: Summary) -> Table:
    """One row a group that was asked."""
    fields = (
        *AUDIENCE,
        Field("invited", "whole", _l("How many were asked; empty where it is not known"), ANSWERS, _l("people")),
        HIDDEN,
        Field("answered", "whole", _l("How many answered"), ANSWERS, _l("people")),
    )

    def rows() -> Iterator[Row]:
        for told in summary.release.responses:
            yield (*_audience(told.audience), told.invited, told.answered is None, told.answered)

    return Table("responses", _l("One row a group that was asked"), fields, rows)


def answers(summary: Summary, codes: Codes) -> Table:
    """One row a choice: in the district, its grades, and its schools."""
    about = _l("One row an answer on offer: in the district, its grades, its schools")
    return Table("answers", about, (*AUDIENCE, *FIGURES), partial(_rows, summary.release, codes, False))


def answers_school_grades(summary: Summary, codes: Codes) -> Table:
    """One row a choice in each grade of a school, as far as it may be shown."""
    about = _l("One row an answer on offer in a grade of a school; grades that are hidden are not listed")
    return Table("answers_school_grades", about, (*AUDIENCE, *FIGURES), partial(_rows, summary.release, codes, True))


def _rows(release: Release, codes: Codes, of_school_grades: bool) -> Iterator[Row]:
    for table in sorted(release.tables, key=_place):
        who = table.audience
        if (who.school_id is not None and who.grade is not None) != of_school_grades:
            continue
        audience = _audience(who)
        if table.answered is None:
            for choice, code in codes.on_offer(who.questionnaire, table.question).items():
                yield (*audience, table.question, choice, code.no_answer, True, *(None,) * 7)
            continue
        fewest, most_people = gave_one(table)
        people = table.answered, fewest if fewest == most_people else None, fewest, most_people
        asked = (*audience, table.question)
        for count in table.counts:
            least, most = count.band or (None, None)
            is_hidden = least is None
            yield *asked, count.choice, count.no_answer, is_hidden, count.count, least, most, *people


def _place(table: QuestionTable) -> tuple[bool, str, bool, int]:
    """The district first, then its grades, then school by school; within each as the questionnaires have it."""
    who = table.audience
    return who.school_id is not None, who.school_id or "", who.grade is not None, who.grade or 0


def _audience(who: Audience) -> Row:
    whole = {(True, True): "district", (False, True): "school", (True, False): "grade", (False, False): "school_grade"}
    level = whole[who.school_id is None, who.grade is None]
    school = OTHERS if who.school_id == OTHER_SCHOOLS else who.school_id
    return who.questionnaire, level, school, who.grade
