"""The same answers school by school, as far as they may be shown."""

from __future__ import annotations

from flask_babel import gettext as _

from survey.workbook.answers import answer_columns, answer_notes, answer_rows, audience_words
from survey.workbook.page import Column, Page
from survey.workbook.summary import Summary


def page(summary: Summary, language: str) -> Page:
    """One row a choice, schools by name."""
    tables = [table for table in summary.release.tables if table.audience.school_id is not None]
    tables.sort(key=lambda table: table.audience.school_name or "")
    return Page(
        name=_("Answers by school"),
        title=_("What parents, pupils and teachers answered: school by school"),
        lead=(_("Schools stand in the order of their names. This is no ranking."),),
        columns=(Column(_("School"), 24), Column(_("Who answered"), 20), *answer_columns()),
        rows=tuple(
            (table.audience.school_name or "–", audience_words(table, summary.release, language), *cells)
            for table in tables
            for cells in answer_rows(table, summary.release, language)
        ),
        notes=answer_notes(),
    )
