"""A release's answers as bars, in the language of the page."""

from __future__ import annotations

from functools import lru_cache

from flask_babel import gettext as _

from survey import wording
from survey.charts import AnswerBar, Caption, Chart, stacked_answers
from survey.release.findings import shares
from survey.release.published import QuestionTable

CHARTS_REMEMBERED = 2048  # a release never changes, so its charts need drawing once
drawn = lru_cache(maxsize=CHARTS_REMEMBERED)(stacked_answers)


def answers(table: QuestionTable, language: str) -> Chart | None:
    """A question's shares as one bar; None where a person may give several answers, or shares are not told exactly."""
    return _chart({_who(table): table}, language, _("Shares of each answer in the whole district."))


def beside_district(own: QuestionTable, district: QuestionTable, language: str) -> Chart | None:
    """A school's answers above the district's; the district's alone where the school's have other classes or none."""
    tables = {_("This school"): own, _("District"): district}
    described = _("Shares of each answer at this school, and in the whole district.")
    return _chart(tables, language, described) or _chart({_("District"): district}, language, described)


def _chart(tables: dict[str, QuestionTable], language: str, described: str) -> Chart | None:
    bars, choices = [], set()
    for label, table in tables.items():
        found = shares(table)
        if table.several or not found or not found[0].of or not all(share.is_exact for share in found):
            return None
        said = _("%(who)s, %(people)s answers", who=label, people=found[0].of)
        bars.append(AnswerBar(said, tuple(share.share for share in found)))
        choices.add(tuple(share.label[language] for share in found))
    if len(choices) != 1:
        return None
    table = next(iter(tables.values()))
    caption = Caption(table.label[language], described, f"{_who(table)} {table.question} {len(tables)}")
    return drawn(tuple(bars), choices.pop(), caption=caption, first_header=_("Who answered"))


def _who(table: QuestionTable) -> str:
    return str(wording.QUESTIONNAIRE_LABELS[table.audience.questionnaire])
