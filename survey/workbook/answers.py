"""What each role answered in the whole district: question, choice, count, share."""

from __future__ import annotations

from flask_babel import gettext as _

from survey import wording
from survey.release.findings import shares
from survey.release.published import QuestionTable, Release
from survey.workbook.page import SHARE, WHOLE, Column, Page, Value
from survey.workbook.summary import Summary


def page(summary: Summary, language: str) -> Page:
    """One row a choice; a hidden question is one row that says why."""
    tables = [table for table in summary.release.tables if table.audience.school_id is None]
    return Page(
        name=_("Answers"),
        title=_("What parents, pupils and teachers answered: whole district"),
        lead=(_("Counted over all schools, from release %(number)s.", number=summary.release.number),),
        columns=(Column(_("Who answered"), 22), *answer_columns()),
        rows=tuple(
            (audience_words(table, summary.release, language), *cells)
            for table in tables
            for cells in answer_rows(table, summary.release, language)
        ),
        notes=answer_notes(),
    )


def answer_columns() -> tuple[Column, ...]:
    """Question, choice, count, share and how many answered."""
    return (
        Column(_("Question"), 52),
        Column(_("Answer"), 34),
        Column(_("Count (people)"), 20, WHOLE),
        Column(_("Share"), 10, SHARE),
        Column(_("n (people)"), 10, WHOLE),
    )


def audience_words(table: QuestionTable, release: Release, language: str) -> str:
    """Who answered."""
    name = table.audience.questionnaire
    return str(wording.QUESTIONNAIRE_LABELS.get(name) or release.questionnaires[name][language])


def answer_rows(table: QuestionTable, release: Release, language: str) -> list[tuple[Value, ...]]:
    """A table's rows. Hidden figures are words, so that there is nothing to un-hide."""
    question = table.label[language]
    if table.hidden or table.answered is None:
        why = wording.hidden_words(table.hidden or "too_few", release.smallest_group)
        return [(question, _("all answers"), why, "–", "–")]
    found = iter(shares(table))
    rows: list[tuple[Value, ...]] = []
    for choice in table.counts:
        # «Not sure» is counted, but no share of it is taken.
        share = None if choice.no_answer else next(found)
        cells = ("–", "–") if share is None else (share.share, share.of)
        rows.append((question, choice.label[language], choice.count, *cells))
    return rows


def answer_notes() -> tuple[str, ...]:
    """How the columns are to be read."""
    return (
        _("n: people who gave an answer to the question. Share: count ÷ n."),
        _(
            "«Not sure» and «rather not say» are counted, but are no part of n. Where several answers may be chosen, the shares add up to more than 100%."
        ),
    )
