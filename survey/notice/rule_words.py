"""The rules in words, for pages and sheets: made from the data, so that what is said is what is done."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.notice.facts import REQUESTS_OPEN_LONG, REQUESTS_WITHOUT_PROMISE, ROUNDS_WITHOUT_ACTION
from survey.notice.reader import clauses
from survey.notice.rules import (
    BY_PLAN,
    BY_RECORD,
    HEARD,
    MIXED_IS_WORST,
    SEEN,
    SIDES,
    Clause,
    OfAnswers,
    OfMeasure,
    OfPlan,
    OfRecord,
    OfResponse,
    Rule,
)
from survey.questionnaire import built_in
from survey.results.enough import enough
from survey.words import source_words, wording
from survey.words.wording import Words

SEEN_IN_LABELS: Words = {BY_PLAN: _l("By plan"), BY_RECORD: _l("By record")}
TELLS_NOTHING: Words = {SEEN: _l("heard only"), HEARD: _l("nobody is asked")}  # what stands in place of a side
PLAN_FIGURE_LABELS: Words = {
    "life_minutes": _l("Minutes a week on life, safety, health and mind"),
    "share_without_network": _l("Part of the required lessons' time that can be had on television or off the screen"),
    "share_of_shared_lessons": _l("Part of the time with national or local resources"),
    "to_buy": _l("What a family must buy, in the plan's currency"),
}
RECORD_LABELS: Words = {
    ROUNDS_WITHOUT_ACTION: _l("Published rounds since the school last said what it changes («You said, we did»)"),
    REQUESTS_WITHOUT_PROMISE: _l("Part of the requests for help that the worklist marks as late, without a promise"),
    REQUESTS_OPEN_LONG: _l("Part of the requests for help that the bureau's page marks as open for very long"),
}
IN_SHARES = ("share_without_network", "share_of_shared_lessons", REQUESTS_WITHOUT_PROMISE, REQUESTS_OPEN_LONG)


def side_label(clause: Clause, side: str) -> str:
    """What a side of a clause is called: its plan, what is written down besides, or what is reported."""
    return str(SEEN_IN_LABELS[clause.seen_in or BY_PLAN] if side == SEEN else _("By report"))


def not_seen(clause: Clause) -> str:
    """What is said where a clause is not seen in a plan; nothing where it is."""
    if clause.seen_in is None:
        return str(_("Not visible in a plan: heard only."))
    if clause.seen_in == BY_RECORD:
        return str(_("Not visible in a plan: seen in what is written down of the school here."))
    return ""


def rule_words(rule: Rule, language: str) -> str:
    """What a rule looks at."""
    if isinstance(rule, OfMeasure):
        return str(wording.MEASURE_LABELS[rule.measure])
    if isinstance(rule, OfPlan):
        return str(PLAN_FIGURE_LABELS[rule.figure])
    if isinstance(rule, OfRecord):
        return str(RECORD_LABELS[rule.record])
    who = wording.QUESTIONNAIRE_LABELS[rule.questionnaire]
    if isinstance(rule, OfResponse):
        return str(_("%(who)s: part of those asked who answered", who=who))
    question = next(q for q in built_in()[rule.questionnaire].questions if q.name == rule.question)
    labels = {choice.name: choice.label[language] for choice in question.choices}
    answers = _(" or ").join(_("«%(words)s»", words=labels[name]) for name in rule.answers)
    asked = _("«%(words)s»", words=question.label[language])
    return str(_("%(who)s: %(question)s answered by %(answers)s", who=who, question=asked, answers=answers))


def bounds_words(rule: Rule) -> str:
    """From where on it is kept and not kept."""
    if isinstance(rule, OfMeasure):
        return str(_("kept within the grade's limit, not kept beyond it"))
    if isinstance(rule, OfResponse):
        least = f"{enough().least_share[rule.questionnaire]:.0%}"
        return str(_("kept from %(kept)s on, partly kept below", kept=least))
    in_shares = isinstance(rule, OfAnswers) or _name(rule) in IN_SHARES
    kept, other = (f"{n:.0%}" if in_shares else f"{n:g}" for n in (rule.bounds.kept, rule.bounds.not_kept))
    if rule.bounds.less_is_better:
        return str(_("kept up to %(kept)s, not kept from %(other)s on", kept=kept, other=other))
    return str(_("kept from %(kept)s on, not kept up to %(other)s", kept=kept, other=other))


def is_house_rule(rule: Rule) -> bool:
    """Whether its bounds are ours; a measure's limit says itself who set it."""
    return not isinstance(rule, OfMeasure)


def mixed_words(clause: Clause) -> str:
    """What follows where the rows of a side differ."""
    if clause.if_mixed == MIXED_IS_WORST:
        return str(_("Where these differ, the worst of them counts: the notice forbids it."))
    return str(_("Kept where all of these are, not kept where none is, partly kept where they differ."))


def all_rules(language: str) -> tuple[str, ...]:
    """Every rule in one line each, clause by clause."""
    lines = []
    for clause in clauses().values():
        for side in SIDES:
            for rule in clause.of(side):
                said = {"clause": clause.id, "side": side_label(clause, side), "rule": rule_words(rule, language)}
                line = _("%(clause)s, %(side)s: %(rule)s: %(bounds)s", bounds=bounds_words(rule), **said)
                lines.append(f"{line} · {source_words.HOUSE_RULE}" if is_house_rule(rule) else line)
    return tuple(str(line) for line in lines)


def _name(rule: OfPlan | OfRecord) -> str:
    return rule.figure if isinstance(rule, OfPlan) else rule.record
