"""The charts of a plan's assessment, in the language of the page."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from estimator.assessment import Assessment, GradeBurden, Measure
from survey.charts import (
    Caption,
    Chart,
    Dose,
    GradeScore,
    Scale,
    Strip,
    burden_by_grade,
    dose_by_dimension,
    school_among_district,
)
from survey.charts.burden import MOST_DOSE_DRAWN
from survey.planning.likeness import Standing
from survey.words import amount_words, wording


def grades(assessment: Assessment, school: str) -> Chart:
    """The score of each grade against the limit."""
    bars = [GradeScore(str(wording.GRADE_LABELS[g.grade]), g.score, g.low, g.high) for g in assessment.grades.values()]
    caption = Caption(_("Burden score by grade"), _("%(school)s; 50 is exactly at the tightest limit.", school=school))
    headers = (_("Grade"), _("Score"), _("Range"))
    return burden_by_grade(bars, caption=caption, limit_label=_("limit"), headers=headers)


def asked(grade: GradeBurden) -> list[Measure]:
    """What one grade's plan asks of each limited thing, the heaviest first."""
    return sorted((m for m in grade.measures.values() if m.dose), key=lambda m: -(m.dose or 0))


def doses(grade: GradeBurden, language: str) -> Chart:
    """The same as multiples of the limits."""
    bars = [
        Dose(
            str(wording.MEASURE_LABELS[m.name]),
            m.dose or 0,
            amount_words.format_measure(m, language),
            amount_words.limit_text(m.name, m.limit, m.unit, language),
        )
        for m in asked(grade)
    ]
    title = _("What %(grade)s is asked, beside its limits", grade=wording.GRADE_LABELS[grade.grade])
    caption = Caption(title, _("1 is exactly at the limit."))
    headers = (_("Measure"), _("This plan"), _("Limit"), _("Times the limit"))
    return dose_by_dimension(bars, caption=caption, limit_label=_("limit"), headers=headers)


def standing(found: Standing) -> Chart:
    """This school's score among those of schools like it, without their names."""
    strip = Strip(_("Burden score of the heaviest grade"), found.own, found.others)
    caption = Caption(_("This school among schools like it"), _("Solid: this school; hollow: the others."))
    return school_among_district([strip], caption=caption, limit_label=_("limit"), headers=_compared())


def standing_of_measures(found: Sequence[Standing]) -> Chart:
    """Each measure as a multiple of its limit, among those of schools like it."""
    strips = [Strip(str(wording.MEASURE_LABELS[each.name]), each.own, each.others) for each in found]
    caption = Caption(
        _("What this school asks, among schools like it"), _("As multiples of the limit; 1 is exactly at it.")
    )
    return school_among_district(
        strips, caption=caption, limit_label=_("limit"), headers=_compared(), scale=Scale(MOST_DOSE_DRAWN, 1, 1)
    )


def _compared() -> tuple[str, str, str]:
    return _("Compared"), _("This school"), _("Half of the others")
