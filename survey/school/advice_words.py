"""The words for an advised change: which lesson, which field, from what to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from estimator.advice import Advice
from estimator.cell_words import text_of
from estimator.field_checks import clock
from estimator.plan import Activity, Plan
from estimator.plan_columns import COLUMNS, Column
from survey import wording

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


def told(advice: Advice, plan: Plan, language: str) -> dict[int, list[Told]]:
    """Grade → the changes of that grade; `plan` is the one before the advice."""
    by_grade: dict[int, list[Told]] = {}
    for change in advice.changes:
        about = lesson(plan.activities[change.activity]) if change.activity is not None else _("Teachers")
        said = tuple(fields(change.before, change.after, language))
        by_grade.setdefault(change.grade, []).append(Told(about, said, change.cost))
    return dict(sorted(by_grade.items()))


def lesson(a: Activity) -> str:
    """A lesson in a few words."""
    parts = [str(wording.KIND_LABELS[a.kind]), clock(a.start_minute), _("%(minutes)s min", minutes=a.minutes)]
    return f"{a.subject} ({', '.join(part for part in parts if part)})"


def fields(before: Mapping[str, Any], after: Mapping[str, Any], language: str) -> Iterator[tuple[str, str, str]]:
    """Each field that changes: its label, what it says before and after."""
    for name, value in after.items():
        if name not in UNSAID:
            column = COLUMN["start" if name == START else name]
            label = column.chinese if language == "zh" else column.name.replace("_", " ")
            yield label, _value(name, before[name], language), _value(name, value, language)


def _value(name: str, value: Any, language: str) -> str:
    if name == START:
        return clock(value) or _("any time")
    if not isinstance(value, bool) and value in (None, "", ()):
        return str(_("none"))
    return text_of(value, COLUMN[name], language)
