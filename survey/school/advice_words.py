"""The words for advised changes: which lesson, which field, from what to what; alike ones told together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from estimator.advice import Advice, Change
from estimator.cell_words import text_of
from estimator.field_checks import clock
from estimator.plan import Activity, Plan
from estimator.plan_columns import COLUMNS, Column
from survey.school.advice_effects import Effect
from survey.school.advice_outcome import few_of
from survey.words import amount_words
from survey.words.day_words import days_words
from survey.words.lesson_words import lesson_words

COLUMN: Mapping[str, Column] = {c.name: c for name in ("grades", "activities") for c in COLUMNS[name]}
START = "start_minute"
# What goes with a change of delivery and says nothing more to a principal.
UNSAID = ("kbps", "source", "upload_mb")


@dataclass(frozen=True, slots=True)
class Told:
    """One change in words: the lesson it is about, and its fields as «40 → 20»."""

    lesson: str
    fields: tuple[tuple[str, str, str], ...]  # label, before, after
    cost: int


@dataclass(frozen=True, slots=True)
class Alike:
    """Changes of many lessons that are one change: what becomes of how many lessons of which grades."""

    fields: tuple[tuple[str, str, str], ...]  # label, before, after
    lessons: int  # a week: a lesson of five days is five; 0: it is about teachers
    subjects: str  # of these lessons, in few words
    grades: tuple[int, ...]


def told(advice: Advice, plan: Plan, language: str) -> dict[int, list[Told]]:
    """Grade → the changes of that grade; `plan` is the one before the advice."""
    by_grade: dict[int, list[Told]] = {}
    for change in advice.changes:
        about = lesson_words(plan.activities[change.activity]) if change.activity is not None else _("Teachers")
        said = tuple(fields(change.before, change.after, language))
        by_grade.setdefault(change.grade, []).append(Told(about, said, change.cost))
    return dict(sorted(by_grade.items()))


def alike(advice: Advice, plan: Plan, language: str) -> list[Alike]:
    """All changes, equal ones together, those of most lessons first; a lesson's own start is left out."""
    together: dict[tuple[tuple[str, str, str], ...], list[Change]] = {}
    for change in advice.changes:
        said = fields(change.before, change.after, language, with_start=len(change.after) == 1)
        together.setdefault(tuple(said), []).append(change)
    found = [
        _alike(fields, changes, [plan.activities[c.activity] for c in changes if c.activity is not None])
        for fields, changes in together.items()
    ]
    return sorted(found, key=lambda each: -each.lessons)


def _alike(fields: tuple[tuple[str, str, str], ...], changes: list[Change], changed: list[Activity]) -> Alike:
    return Alike(
        fields,
        lessons=sum(len(a.days) for a in changed),
        subjects=few_of(a.subject for a in changed),
        grades=tuple(sorted({change.grade for change in changes})),
    )


def after_words(effect: Effect, language: str) -> str:
    """What a flag reads with the changes: one value, or from the least to the most of its grades."""
    least, most = (choose(effect.after, key=lambda measure: measure.value) for choose in (min, max))
    ends = [amount_words.number_text(each.value, each.unit, language) for each in (least, most)]
    told = amount_words.format_measure(most, language)
    return told if ends[0] == ends[1] else f"{ends[0]}–{told}"


def fields(
    before: Mapping[str, Any], after: Mapping[str, Any], language: str, *, with_start: bool = True
) -> Iterator[tuple[str, str, str]]:
    """Each field that changes: its label, what it says before and after."""
    for name, value in after.items():
        if name not in UNSAID and (with_start or name != START):
            label = COLUMN["start" if name == START else name].label(language)
            yield label, _value(name, before[name], language), _value(name, value, language)


def _value(name: str, value: Any, language: str) -> str:
    if name == START:
        return clock(value) or _("any time")
    if name == "days":
        return days_words(value) or str(_("none"))
    if not isinstance(value, bool) and value in (None, "", ()):
        return str(_("none"))
    return text_of(value, COLUMN[name], language)
