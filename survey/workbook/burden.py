"""Schools and their burden: one row a school, by name."""

from __future__ import annotations

from flask_babel import gettext as _

from estimator.assessment import Assessment
from estimator.burden import furthest
from survey.words import wording
from survey.workbook.measures import (
    HIGHEST_WITHIN_LIMIT,
    dimension_words,
    grade_words,
    heaviest_part,
    limit_cell,
    range_words,
    score_notes,
    unit_words,
    value_cell,
)
from survey.workbook.page import ONE_DIGIT, SHARE, WHOLE, Column, Over, Page, Value
from survey.workbook.summary import SchoolRow, Summary

# Of the heaviest grade; the other measures stand on the sheet of grades. Each with its unit.
KEY_MEASURES = {
    "screen_minutes": "min/day",
    "longest_run_minutes": "min",
    "families_short_of_device": "share",
    "families_out_of_reach": "share",
}


def page(summary: Summary, language: str) -> Page:
    """Score, range, heaviest grade, norms broken and the key measures beside their limits."""
    return Page(
        name=_("Schools and burden"),
        title=_("Schools and the burden of their plans"),
        lead=(
            _("What each school's plan asks, held against the limits of its place."),
            _("The score is that of the heaviest grade; each measure, of the grade in which it is furthest."),
        ),
        columns=(*_school_columns(), *_measure_columns()),
        rows=tuple(_row(school) for school in summary.by_name),
        notes=(
            *score_notes(),
            _("Schools stand in the order of their names. This is no ranking."),
            _("The limits differ by grade and place; who set them stands on the last sheet."),
        ),
    )


def _school_columns() -> tuple[Column, ...]:
    return (
        Column(_("School"), 24),
        Column(_("Setting"), 8),
        Column(_("Pupils"), 8, WHOLE),
        Column(_("Burden score (limit 50)"), 14, ONE_DIGIT, limit=HIGHEST_WITHIN_LIMIT),
        Column(_("Range"), 9),
        Column(_("In a word"), 13),
        Column(_("Heaviest grade"), 10),
        Column(_("What weighs most"), 15),
        Column(_("Norms broken"), 8, WHOLE, limit=0),
        Column(_("Norms checked"), 8, WHOLE),
        Column(_("Pupils in grades over the limit"), 11, SHARE, limit=0),
    )


def _measure_columns() -> tuple[Column, ...]:
    columns: list[Column] = []
    for name, unit in KEY_MEASURES.items():
        words = {"measure": wording.MEASURE_LABELS[name], "unit": unit_words(name, unit)}
        columns.append(Column(_("%(measure)s (%(unit)s)", **words), 13, ONE_DIGIT))
        columns.append(Column(_("Limit (%(unit)s)", unit=words["unit"]), 12, ONE_DIGIT))
    return tuple(columns)


def _row(school: SchoolRow) -> tuple[Value | Over, ...]:
    about = (school.name, str(wording.SETTING_LABELS[school.setting]), school.pupils)
    if school.assessment is None:
        absent = len(_school_columns()) + len(_measure_columns()) - len(about) - 1
        return (*about, _why_not(school), *("–" for _each in range(absent)))
    return (*about, *_burden_cells(school.assessment), *_measure_cells(school.assessment))


def _why_not(school: SchoolRow) -> str:
    """Why there is no plan."""
    if school.closed_on:
        return wording.closing_words(school.closed_on, school.merged_into)
    return str(_("no plan yet"))


def _burden_cells(assessment: Assessment) -> tuple[Value, ...]:
    whole, worst = assessment.school, assessment.heaviest
    return (
        whole.score,
        range_words(worst.low, worst.high),
        wording.burden_word(whole.score),
        grade_words(whole.grade),
        dimension_words(heaviest_part(worst)),
        whole.norms_broken,
        whole.norms_checked,
        whole.share_over,
    )


def _measure_cells(assessment: Assessment) -> tuple[Value | Over, ...]:
    grades = assessment.grades
    worst = (grades[furthest(grades, name)].measures[name] for name in KEY_MEASURES)
    return tuple(cell for measure in worst for cell in (value_cell(measure), limit_cell(measure)))
