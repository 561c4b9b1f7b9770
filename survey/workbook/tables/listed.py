"""Which tables there are."""

from __future__ import annotations

from survey.workbook.summary import Summary
from survey.workbook.tables import answers, notice, schools
from survey.workbook.tables.codebook import codebook
from survey.workbook.tables.codes import codes_of
from survey.workbook.tables.table import Table


def tables_of(summary: Summary) -> tuple[Table, ...]:
    """Every table of a summary, the codebook last."""
    codes = codes_of(summary.release)
    found = (
        schools.release(summary),
        schools.schools(summary),
        schools.grades(summary),
        schools.measures(summary),
        schools.flags(summary),
        schools.norms(summary),
        notice.notice(summary),
        notice.notice_schools(summary),
        answers.responses(summary),
        answers.answers(summary, codes),
        answers.answers_school_grades(summary, codes),
    )
    return (*found, codebook(summary.release, found, codes))
