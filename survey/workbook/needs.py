"""What families, pupils and teachers say they need, the most named first."""

from __future__ import annotations

from flask_babel import gettext as _

from survey.release.findings import NEEDS, needs
from survey.release.published import QuestionTable, Release
from survey.words import amount_words
from survey.workbook.answers import audience_words, count_value, entry_words, number_value, share_value
from survey.workbook.page import SHARE, WHOLE, Column, Page, Value
from survey.workbook.summary import Summary


def page(summary: Summary, language: str) -> Page:
    """One row a need."""
    asked = [t for t in summary.release.of_district() if t.question == NEEDS]
    return Page(
        name=_("Needs"),
        title=_("What families, pupils and teachers need"),
        lead=(
            *entry_words(summary.release),
            _("Share of those who answered the question and named this need. Several could be named."),
        ),
        columns=(
            Column(_("Who answered"), 26),
            Column(_("Need"), 56),
            Column(_("Named by (people)"), 20, WHOLE),
            Column(_("Share"), 12, SHARE),
            Column(_("n (people)"), 14, WHOLE),
        ),
        rows=tuple(row for table in asked for row in _rows(table, summary.release, language)),
        notes=(_("n: people who gave an answer to the question. Share: count ÷ n."),),
    )


def _rows(table: QuestionTable, release: Release, language: str) -> list[tuple[Value, ...]]:
    who = audience_words(release, language)[table.audience.questionnaire]
    if table.answered is None:
        why = amount_words.hidden_words(release.smallest_group)
        return [(who, _("all answers"), why, "–", "–")]
    named = needs(release, table.audience.questionnaire)
    return [
        (who, need.label[language], count_value(need), share_value(need), number_value(need.of_least, need.of))
        for need in named
    ]
