"""The charts of the results page: a release's answers as bars, in the language of the page."""

from __future__ import annotations

from functools import lru_cache

from flask_babel import gettext as _

from survey import wording
from survey.charts import AnswerBar, Caption, Chart, stacked_answers
from survey.release.findings import shares
from survey.release.published import QuestionTable

CHARTS_REMEMBERED = 512  # a release never changes, so its charts need drawing once
drawn = lru_cache(maxsize=CHARTS_REMEMBERED)(stacked_answers)


def answers(table: QuestionTable, language: str) -> Chart | None:
    """A question's shares as one bar; None where a person may give several answers, or shares are not told exactly."""
    found = shares(table)
    if table.several or not found or not found[0].of or not all(share.is_exact for share in found):
        return None
    who = str(wording.QUESTIONNAIRE_LABELS[table.audience.questionnaire])
    bar = AnswerBar(_("%(who)s, %(people)s answers", who=who, people=found[0].of), tuple(s.share for s in found))
    caption = Caption(
        table.label[language], _("Shares of each answer in the whole district."), f"{who} {table.question}"
    )
    return drawn((bar,), tuple(s.label[language] for s in found), caption=caption, first_header=_("Who answered"))
