"""The words for what two plans differ in: a line for each lesson, grade, and figure of the week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from flask_babel import gettext as _

from estimator.plan import Activity, Grade
from estimator.plan_columns import COLUMNS
from survey.planning.plan_changes import BothChanged, LessonChange, PlanChanges
from survey.school import advice_words
from survey.words import wording
from survey.words.lesson_words import lesson_words

GRADE_FIELDS = ("pupils", "teachers", "teachers_on_camera")
HEAD_COLUMNS = {column.name: column for column in COLUMNS["school"]}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is other than before, as it is told."""

    grade: str  # whose; empty for the week itself
    what: str
    how: str


def told(changes: PlanChanges, language: str) -> list[Line]:
    """A line for every change."""
    return [
        *(Line("", _head(each.name, language), f"{each.before} → {each.after}") for each in changes.head),
        *(line for pair in changes.grades for line in _grade_lines(pair, language)),
        *(_lesson_line(change, language) for change in changes.lessons),
    ]


def both(found: BothChanged, language: str) -> list[str]:
    """What two people changed each in another way."""
    lessons = [_of_grade(lesson) for lesson in found.lessons]
    return [
        *lessons,
        *(str(wording.GRADE_LABELS[grade]) for grade in found.grades),
        *(_head(name, language) for name in found.head),
    ]


def _of_grade(lesson: Activity) -> str:
    said = {"name": wording.GRADE_LABELS[lesson.grade], "words": lesson_words(lesson)}
    return str(_("%(name)s: %(words)s", **said))


def _head(name: str, language: str) -> str:
    return HEAD_COLUMNS[name].label(language)


def _grade_lines(pair: tuple[Grade | None, Grade | None], language: str) -> Iterator[Line]:
    before, after = pair
    if before is None or after is None:
        number = (before or after).grade  # type: ignore[union-attr]
        yield Line(str(wording.GRADE_LABELS[number]), str(_("the grade")), _came_or_went(after))
        return
    differing = [name for name in GRADE_FIELDS if getattr(before, name) != getattr(after, name)]
    said = {name: getattr(before, name) for name in differing}, {name: getattr(after, name) for name in differing}
    yield Line(str(wording.GRADE_LABELS[after.grade]), str(_("its numbers")), _listed(*said, language))


def _lesson_line(change: LessonChange, language: str) -> Line:
    before, after = change.before, change.after
    about = lesson_words(before or after)  # type: ignore[arg-type]
    how = _came_or_went(after) if before is None or after is None else _differences(before, after, language)
    return Line(str(wording.GRADE_LABELS[change.grade]), about, how)


def _differences(before: Activity, after: Activity, language: str) -> str:
    names = [f.name for f in fields(Activity) if getattr(before, f.name) != getattr(after, f.name)]
    said = {name: getattr(before, name) for name in names}, {name: getattr(after, name) for name in names}
    return _listed(*said, language) or str(_("changed"))


def _listed(before: dict[str, object], after: dict[str, object], language: str) -> str:
    told = advice_words.fields(before, after, language)
    return str(_("; ")).join(f"{label} {one} → {other}" for label, one, other in told)


def _came_or_went(after: object | None) -> str:
    return str(_("new") if after is not None else _("removed"))
