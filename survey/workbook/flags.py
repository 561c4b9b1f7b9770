"""Every norm a plan breaks, with what breaks it and who set it."""

from __future__ import annotations

from flask_babel import gettext as _

from estimator.shared_flags import SharedFlag, shared_flags
from survey.words import source_words, wording
from survey.words.day_words import worst_days_words
from survey.workbook.measures import in_unit, limit_cell, unit_words
from survey.workbook.page import ONE_DIGIT, Column, Page, Value
from survey.workbook.summary import SchoolRow, Summary


def page(summary: Summary, language: str) -> Page:
    """One row a flag: school, grades, measure, value beside limit, source and clause."""
    rows = tuple(row for school in summary.by_name for row in _rows_of(school, language))
    nothing = () if rows else (_("No plan breaks a norm."),)
    return Page(
        name=_("Limits exceeded"),
        title=_("Limits that plans exceed"),
        lead=(
            _(
                "Each row is one limit that a school's plan exceeds, the grades in which it does, and the document that sets it."
            ),
            *nothing,
        ),
        columns=(
            Column(_("School"), 20),
            Column(_("Grade"), 9),
            Column(_("Measure"), 24),
            Column(_("In the plan"), 9, ONE_DIGIT),
            Column(_("Limit"), 8, ONE_DIGIT),
            Column(_("Unit"), 12),
            Column(_("Weekday"), 9),
            Column(_("Caused by"), 22),
            Column(_("Set by, in which document"), 50),
            Column(_("House rule?"), 11),
            Column(_("Clause of the Ministry's notice of 6 March 2020"), 30),
        ),
        rows=rows,
        notes=(_("A limit of 0 means: not allowed. «house rule»: a limit of this system's own, not a published one."),),
        frozen=2,
    )


def _rows_of(school: SchoolRow, language: str) -> list[tuple[Value, ...]]:
    if school.assessment is None or school.plan is None:
        return []
    return [_row(school, shared, language) for shared in shared_flags(school.assessment, school.plan)]


def _row(school: SchoolRow, shared: SharedFlag, language: str) -> tuple[Value, ...]:
    flag = shared.flag
    return (
        school.name,
        wording.grades_words(shared.grades),
        str(wording.MEASURE_LABELS[flag.measure]),
        in_unit(flag.value, flag.unit),
        limit_cell(flag),
        unit_words(flag.measure, flag.unit),
        worst_days_words(flag.days) if flag.days else "–",
        str(_(", ")).join(shared.subjects) or "–",
        source_words.source_text(flag.source, language),
        str(source_words.HOUSE_RULE) if flag.house_rule else _("no"),
        f"{flag.clause} {wording.CLAUSES[flag.clause]}" if flag.clause else "–",
    )
