"""The word for each clause at one school, by each side apart, with every figure it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from estimator.assessment import Measure
from estimator.burden import is_over
from survey.notice.facts import Counted, Facts
from survey.notice.plan_figures import PLAN_FIGURES
from survey.notice.reader import clauses
from survey.notice.rules import (
    KEPT,
    NOT_KEPT,
    NOT_KNOWN,
    PARTLY,
    SIDES,
    Clause,
    OfAnswers,
    OfMeasure,
    OfPlan,
    OfRecord,
    OfResponse,
    Rule,
    together,
)
from survey.release.findings import MORE_THAN_ASKED, OPEN_LINK, SLIPS, TOLD_OTHERWISE, Range, Share, place, shares
from survey.release.published import Release, Response
from survey.release.sums import chosen, table_of
from survey.results.enough import is_low

# Why a word is not known; beside those of findings.
NO_PLAN, NO_LIMIT, NO_LESSON, NOTHING_COUNTED = "no_plan", "no_limit", "no_lesson", "nothing_counted"
HIDDEN, NOBODY, TOO_WIDE = "hidden", "nobody", "too_wide"


@dataclass(frozen=True, slots=True)
class InGrade:
    """A figure of one grade's plan, and its word; a measure with its limit."""

    grade: int
    value: float
    word: str
    measure: Measure | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """A share of those who gave an answer, and its range by chance."""

    share: Share
    by_chance: Range | None


Figure = tuple[InGrade, ...] | Reported | Counted | Response


@dataclass(frozen=True, slots=True)
class Found:
    """One rule at one school: its word, the figure it rests on, or why it is not known."""

    rule: Rule
    word: str
    figure: Figure | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a clause: its word, and what it rests on; nothing where nobody at the school was asked."""

    word: str
    found: tuple[Found, ...]

    @property
    def known(self) -> int:
        """How many of its rules are known."""
        return sum(each.word != NOT_KNOWN for each in self.found)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One clause at one school. `sides` has those that the clause has rules for."""

    clause: Clause
    sides: Mapping[str, Side]

    def word(self, side: str) -> str | None:
        """The word of one of SIDES; None where the clause cannot be told from it."""
        return self.sides[side].word if side in self.sides else None

    @property
    def disagrees(self) -> bool:
        """Whether one side says kept and the other not kept."""
        return {*(side.word for side in self.sides.values())} == {KEPT, NOT_KEPT}


def verdicts(facts: Facts, release: Release | None) -> tuple[Verdict, ...]:
    """Every clause at one school, in the order of the notice."""
    return tuple(verdict(clause, facts, release) for clause in clauses().values())


def verdict(clause: Clause, facts: Facts, release: Release | None) -> Verdict:
    """One clause at one school."""
    sides = {}
    for side in SIDES:
        if rules := clause.of(side):
            found = tuple(each for rule in rules if (each := FINDERS[type(rule)](rule, facts, release)))
            is_open = any(each.why == TOO_WIDE for each in found)
            sides[side] = Side(together((each.word for each in found), clause.if_mixed, is_open=is_open), found)
    return Verdict(clause, sides)


def _of_measure(rule: OfMeasure, facts: Facts, _release: Release | None) -> Found:
    if facts.assessment is None:
        return Found(rule, NOT_KNOWN, why=NO_PLAN)
    measures = {n: g.measures[rule.measure] for n, g in facts.assessment.grades.items() if rule.measure in g.measures}
    grades = tuple(
        InGrade(number, measure.value, NOT_KEPT if is_over(measure.dose) else KEPT, measure)
        for number, measure in measures.items()
        if measure.dose is not None
    )
    return _in_grades(rule, grades, NO_LIMIT)


def _of_plan(rule: OfPlan, facts: Facts, _release: Release | None) -> Found:
    if facts.plan is None:
        return Found(rule, NOT_KNOWN, why=NO_PLAN)
    values = {each.grade: PLAN_FIGURES[rule.figure](facts.plan, each.grade) for each in facts.plan.grades}
    grades = tuple(
        InGrade(number, value, rule.bounds.word(value, value)) for number, value in values.items() if value is not None
    )
    return _in_grades(rule, grades, NO_LESSON)


def _in_grades(rule: Rule, grades: tuple[InGrade, ...], without: str) -> Found:
    if not grades:
        return Found(rule, NOT_KNOWN, why=without)
    return Found(rule, together(each.word for each in grades), grades)


def _of_record(rule: OfRecord, facts: Facts, _release: Release | None) -> Found:
    counted = facts.records.get(rule.record)
    if counted is None:
        return Found(rule, NOT_KNOWN, why=NOTHING_COUNTED)
    return Found(rule, rule.bounds.word(counted.value, counted.value), counted)


def _of_answers(rule: OfAnswers, facts: Facts, release: Release | None) -> Found | None:
    if release is None:
        return None
    table = table_of(release, rule.questionnaire, rule.question, facts.school_id)
    if table is None:
        return None
    share = chosen(table, rule.answers, table.label)
    if share is None:
        told = shares(table)
        gave_one = bool(told) and told[0].of > 0
        return Found(rule, NOT_KNOWN, why=HIDDEN if table.answered is None else TOLD_OTHERWISE if gave_one else NOBODY)
    by_chance = place(share, table, release).by_chance
    figure = Reported(share, by_chance)
    if by_chance is None:
        return Found(rule, NOT_KNOWN, figure, OPEN_LINK if release.entry != SLIPS else MORE_THAN_ASKED)
    word = rule.bounds.word(*by_chance)
    return Found(rule, word, figure, TOO_WIDE if word == NOT_KNOWN else "")


def _of_response(rule: OfResponse, facts: Facts, release: Release | None) -> Found | None:
    if release is None:
        return None
    try:
        response = release.response(rule.questionnaire, facts.school_id)
    except KeyError:
        return None
    if response.answered is None:
        return Found(rule, NOT_KNOWN, why=HIDDEN)
    if release.entry != SLIPS:
        return Found(rule, NOT_KNOWN, response, OPEN_LINK)
    return Found(rule, PARTLY if is_low(response) else KEPT, response)


FINDERS: Mapping[type[Any], Callable[[Any, Facts, Release | None], Found | None]] = {
    OfMeasure: _of_measure,
    OfPlan: _of_plan,
    OfRecord: _of_record,
    OfAnswers: _of_answers,
    OfResponse: _of_response,
}
