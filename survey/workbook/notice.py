"""The Ministry's notice, clause by clause: how many schools keep it, by plan and by report, and where these disagree."""

from __future__ import annotations

from flask_babel import gettext as _

from survey.notice import rule_words, words
from survey.notice.district import OfClause, Schools
from survey.notice.reader import notice
from survey.notice.rules import SIDES, WORDS
from survey.words import source_words, wording
from survey.workbook.answers import entry_words
from survey.workbook.page import WHOLE, Column, Page, Value
from survey.workbook.summary import Summary


def page(summary: Summary, language: str) -> Page:
    """One row a clause, in the order of the notice."""
    title = _("The notice, clause by clause")
    return Page(
        name=title,
        title=title,
        lead=(
            *entry_words(summary.release),
            words.lede(summary.notice),
            words.disagreement(summary.notice),
            source_words.source_text(notice(), language),
        ),
        columns=(
            Column(_("Clause"), 7),
            Column(_("What it asks"), 34),
            *(_counts(side, word) for side in (_("By plan or record"), _("By report")) for word in WORDS),
            Column(_("Plan or record says kept, people report that it is not"), 22),
            Column(_("People report it kept, plan or record says it is not"), 22),
        ),
        rows=tuple(_row(each) for each in summary.notice),
        notes=(
            _("The figures count schools. A school is counted once by plan or record, and once by report."),
            _("A school that is closed by now counts as people reported; by plan or record nothing is known of it."),
            *words.method(),
            _("Records are as they stood on the day on which this summary was made."),
            _("What decides:"),
            *rule_words.all_rules(language),
        ),
        frozen=2,
    )


def _counts(side: str, word: str) -> Column:
    return Column(_("%(name)s: %(words)s", name=side, words=words.WORD_LABELS[word]), 8.5, WHOLE)


def _row(told: OfClause) -> tuple[Value, ...]:
    counts: list[Value] = []
    for side in SIDES:
        of_side = told.schools.get(side)
        nothing = [str(rule_words.TELLS_NOTHING[side]), *["–"] * (len(WORDS) - 1)]
        counts += [len(of_side[word]) for word in WORDS] if of_side else nothing
    disagreeing = (_named(told.only_planned), _named(told.only_reported))
    return (told.clause.id, str(wording.CLAUSES[told.clause.id]), *counts, *disagreeing)


def _named(schools: Schools) -> str:
    return str(_(", ")).join(facts.school_name for facts in schools) or "–"
