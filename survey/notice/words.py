"""What was found, in the words of pages and sheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from survey.language import in_a_row
from survey.notice.district import OfClause
from survey.notice.facts import Counted
from survey.notice.reader import clauses
from survey.notice.rule_words import IN_SHARES
from survey.notice.rules import (
    BY_RECORD,
    HEARD,
    KEPT,
    NOT_KEPT,
    NOT_KNOWN,
    PARTLY,
    SEEN,
    SIDES,
    OfPlan,
    Rule,
)
from survey.notice.verdicts import (
    HIDDEN,
    NO_LESSON,
    NO_LIMIT,
    NO_PLAN,
    NOBODY,
    NOTHING_COUNTED,
    TOO_WIDE,
    Found,
    InGrade,
    Reported,
)
from survey.release.findings import TOLD_OTHERWISE
from survey.release.suppression import SMALLEST_GROUP
from survey.results import sentences
from survey.words import amount_words
from survey.words.wording import Words

WORD_LABELS: Words = {
    KEPT: _l("kept"),
    PARTLY: _l("partly kept"),
    NOT_KEPT: _l("not kept"),
    NOT_KNOWN: _l("not known"),
}
WHY_NOT_KNOWN: Words = {
    **sentences.WHY_NOT,
    NO_PLAN: _l("no plan yet"),
    NO_LIMIT: _l("nobody limits this here"),
    NO_LESSON: _l("no lesson to judge it by"),
    NOTHING_COUNTED: _l("there is nothing to count yet"),
    NOBODY: _l("nobody gave an answer"),
    TOO_WIDE: _l("the range by chance lies on both sides of a bound"),
    TOLD_OTHERWISE: _l("so few answered that this answer is told together with others"),
}
KEPT_BY_MOST: Words = {
    SEEN: _l("By their plans and records, most schools keep %(kept)s of the %(all)s clauses that can be seen there."),
    HEARD: _l("By what people report, most schools keep %(kept)s of the %(all)s clauses that can be heard."),
}
NOTHING_KNOWN: Words = {
    SEEN: _l("By plans and records nothing is known so far."),
    HEARD: _l("By what people report nothing is known so far."),
}


@dataclass(frozen=True, slots=True)
class OfGrades:
    """Grades whose figure reads alike."""

    grades: tuple[int, ...]
    figure: str
    word: str


def why_words(found: Found) -> str:
    """Why it is not known; nothing where it is."""
    if found.why == HIDDEN:
        return amount_words.hidden_words(SMALLEST_GROUP)
    return str(WHY_NOT_KNOWN[found.why]) if found.why else ""


def figure_words(found: Found) -> str:
    """The figure it rests on, of what is not told grade by grade; nothing where there is none."""
    figure = found.figure
    if isinstance(figure, Reported):
        share = sentences.share_of(figure.share)
        if figure.by_chance is None:
            return share
        return str(_("%(share)s; by chance %(range)s", share=share, range=amount_words.range_words(*figure.by_chance)))
    if isinstance(figure, Counted):
        if figure.of is None:
            return str(figure.number)
        return str(
            ngettext("%(count)s of %(num)s request", "%(count)s of %(num)s requests", figure.of, count=figure.number)
        )
    if figure is None or isinstance(figure, tuple):
        return ""
    return str(_("%(count)s of %(all)s", count=figure.answered, all=figure.invited))


def grades_told(found: Found, language: str) -> list[OfGrades]:
    """Its figures grade by grade, those that read alike together."""
    listed: dict[tuple[str, str], list[int]] = {}
    for each in found.figure if isinstance(found.figure, tuple) else ():
        listed.setdefault((_of_grade(found.rule, each, language), each.word), []).append(each.grade)
    return [OfGrades(tuple(grades), figure, word) for (figure, word), grades in listed.items()]


def lede(told: Sequence[OfClause]) -> str:
    """How many clauses most schools keep, by each side; that nothing is known by it, where nothing is."""
    return in_a_row(*(_of_side(told, side) for side in SIDES))


def _of_side(told: Sequence[OfClause], side: str) -> str:
    there = [each for each in told if side in each.schools]
    if not any(each.is_known(side) for each in there):
        return str(NOTHING_KNOWN[side])
    return str(KEPT_BY_MOST[side]) % {"kept": sum(each.is_kept_by_most(side) for each in there), "all": len(there)}


def disagreement(told: Sequence[OfClause]) -> str:
    """On which clauses plans and reports disagree at some school; that it cannot be told, where it cannot."""
    named = [each.clause.id for each in told if each.disagree]
    if named:
        return str(_("Plan and report disagree, at some school, on %(clauses)s.", clauses=_(", ").join(named)))
    if any(each.is_compared for each in told):
        return str(_("At no school does one of them say kept and the other not kept."))
    return str(_("Whether they disagree cannot be told: at no school are both known."))


def method() -> tuple[str, ...]:
    """How a word is found, for the foot of pages and sheets."""
    return (
        _("The clauses are in our words. The notice gives no numbers: each bound here is a house rule."),
        _(
            "By report a word is given only where the whole range by chance (95 %, if the silent are like those who "
            "answered) lies on one side of the bound. What is clearly beyond the first bound, and not clearly beyond "
            "the second, is partly kept. A row whose range leaves its word open leaves the clause's open too, unless "
            "that is the same either way."
        ),
        _(
            "What is hidden, or was not asked, does not count, and nothing is worked out of it. Where nothing else is "
            "left, or answers came by an open link, the word is not known."
        ),
        _("They disagree where one says kept and the other not kept."),
        _("Not visible in a plan, and heard only: %(clauses)s.", clauses=_named(None)),
        _(
            "Seen not in a plan but in what is written down of the school here: %(clauses)s. That is what schools say "
            "they change after a round, and the requests for help by name, of which only counts are read.",
            clauses=_named(BY_RECORD),
        ),
    )


def _named(seen_in: str | None) -> str:
    return str(_(", ").join(clause.id for clause in clauses().values() if clause.seen_in == seen_in))


def _of_grade(rule: Rule, each: InGrade, language: str) -> str:
    if each.measure:
        measure = each.measure
        limit = amount_words.limit_text(measure.name, measure.limit, measure.unit, language)
        return str(_("%(value)s, limit: %(limit)s", value=amount_words.format_measure(measure, language), limit=limit))
    is_share = isinstance(rule, OfPlan) and rule.figure in IN_SHARES
    return f"{each.value:.0%}" if is_share else f"{each.value:g}"
