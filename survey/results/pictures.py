"""A release's answers as bars, in the language of the page."""

from __future__ import annotations

from flask_babel import gettext as _

from survey.charts import AnswerBar, Caption, Chart, Dumbbell, stacked_answers, then_and_now
from survey.release.change import QuestionChange, ShareChange
from survey.release.findings import shares
from survey.release.published import QuestionTable
from survey.results.sentences import said
from survey.words import wording


def answers(table: QuestionTable, language: str) -> Chart | None:
    """A question's shares as one bar; None where a person may give several answers, or shares are not told exactly."""
    return _chart({_who(table): table}, language, _("Shares of each answer in the whole district."))


def beside_district(own: QuestionTable, district: QuestionTable, language: str) -> Chart | None:
    """A school's answers above the district's; its own alone where the district's are told in other classes.

    None where its own are no bar.
    """
    tables = {_("This school"): own, _("District"): district}
    described = _("Shares of each answer at this school, and in the whole district.")
    alone = _("Shares of each answer at this school.")
    return _chart(tables, language, described) or _chart({_("This school"): own}, language, alone)


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
    return stacked_answers(tuple(bars), choices.pop(), caption=caption, first_header=_("Who answered"))


def _who(table: QuestionTable) -> str:
    return str(wording.QUESTIONNAIRE_LABELS[table.audience.questionnaire])


def needs_then_and_now(question: QuestionChange, rounds: tuple[str, str], language: str) -> Chart | None:
    """The needs that are told exactly in both `rounds`, the most named first; None where none is."""
    exact = [share for share in question.shares if share.is_exact]
    if not exact:
        return None
    rows = [_dumbbell(share, language) for share in sorted(exact, key=lambda share: -share.now.share)]
    who = wording.QUESTIONNAIRE_LABELS[question.questionnaire]
    caption = Caption(
        _("%(who)s: needs then and now", who=who),
        _("Open dot: then; solid dot: now. A thick line and a bold word: clearly changed."),
    )
    legend = (_("then: %(round)s", round=rounds[0]), _("now: %(round)s", round=rounds[1]))
    headers = (_("Need"), _("Then"), _("Now"), _("In a word"))
    return then_and_now(tuple(rows), caption=caption, legend=legend, headers=headers)


def _dumbbell(share: ShareChange, language: str) -> Dumbbell:
    then, now, word = said(share)
    return Dumbbell(share.now.label[language], share.then.share, share.now.share, (then, now), word, share.is_clear)
