"""Every grade of every school: its score and all its measures, those beyond a limit marked."""

from __future__ import annotations

from flask_babel import gettext as _

from estimator.assess import MEASURES
from estimator.assessment import GradeBurden
from survey.words import wording
from survey.workbook.measures import HIGHEST_WITHIN_LIMIT, grade_words, score_notes, unit_words, value_cell
from survey.workbook.page import ONE_DIGIT, WHOLE, Column, Over, Page, Value
from survey.workbook.summary import Summary


def page(summary: Summary, language: str) -> Page:
    """One row a grade."""
    measures = _measured(summary)
    units = {name: summary.norms.measures[name].unit.replace("currency", _currency(summary)) for name in measures}
    return Page(
        name=_("Grades"),
        title=_("All measures, grade by grade"),
        lead=(_("What the plans ask in a week of each grade; daily measures are those of the longest day."),),
        columns=(
            Column(_("School"), 22),
            Column(_("Grade"), 9),
            Column(_("Pupils"), 7, WHOLE),
            Column(_("Burden score (limit 50)"), 10, ONE_DIGIT, limit=HIGHEST_WITHIN_LIMIT),
            *(_measure_column(name, unit) for name, unit in units.items()),
        ),
        rows=tuple(
            _row(school.name, grade, measures)
            for school in summary.by_name
            if school.assessment
            for grade in school.assessment.grades.values()
        ),
        notes=(*score_notes(), _("▲: beyond the limit of its grade and place; the sheet «Limits exceeded» names it.")),
        frozen=2,
    )


def _measure_column(name: str, unit: str) -> Column:
    words = {"measure": wording.MEASURE_LABELS[name], "unit": unit_words(name, unit)}
    return Column(_("%(measure)s (%(unit)s)", **words), 11, ONE_DIGIT)


def _currency(summary: Summary) -> str:
    """The plans' currency. A district has one."""
    return next((school.plan.currency for school in summary.schools if school.plan), "")


def _measured(summary: Summary) -> list[str]:
    """The measures of any grade: a limit screen by screen is not everywhere."""
    grades = [g for school in summary.schools if school.assessment for g in school.assessment.grades.values()]
    return [name for name in MEASURES if any(name in grade.measures for grade in grades)]


def _row(school: str, grade: GradeBurden, measures: list[str]) -> tuple[Value | Over, ...]:
    values = (value_cell(grade.measures[name]) if name in grade.measures else "–" for name in measures)
    return (school, grade_words(grade.grade), grade.pupils, grade.score, *values)
