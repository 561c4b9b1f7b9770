"""Cells that several sheets share: a measure's value and limit, in the unit that its header names."""

from __future__ import annotations

from flask_babel import gettext as _

from estimator import burden
from estimator.assessment import Flag, GradeBurden, Measure
from survey.words import amount_words, wording
from survey.workbook.page import Over, Value

PER_CENT = 100
HIGHEST_WITHIN_LIMIT = burden.SCORE_AT_LIMIT


def in_unit(value: float, unit: str) -> float:
    """The number that goes with the unit's words: shares are counted in per cent."""
    return value * PER_CENT if unit == "share" else value


def value_cell(measure: Measure | Flag) -> Value | Over:
    """A measure's value, marked where it is beyond its limit."""
    shown = in_unit(measure.value, measure.unit)
    over = isinstance(measure, Flag) or (measure.dose is not None and burden.is_over(measure.dose))
    return Over(shown) if over else shown


def limit_cell(measure: Measure | Flag) -> Value:
    """Its limit; a dash where nobody limits it."""
    return "–" if measure.limit is None else in_unit(measure.limit, measure.unit)


def unit_words(measure: str, unit: str) -> str:
    """The unit, as headers have it."""
    return amount_words.measure_unit(measure, unit)


def range_words(low: float, high: float) -> str:
    """The range in which the score may lie; one number where both ends read alike."""
    return amount_words.span(f"{low:.0f}", f"{high:.0f}")


def heaviest_part(grade: GradeBurden) -> str | None:
    """The dimension with the most points above the limit; below it, the tightest one; None for an empty plan."""
    parts = {name: points for name, points in grade.parts.items() if name != "limit"}
    return max(parts, key=lambda name: parts[name]) if parts else None


def dimension_words(dimension: str | None) -> str:
    """Its name; a dash for none."""
    return str(wording.DIMENSION_LABELS[dimension]) if dimension else "–"


def grade_words(grade: int) -> str:
    """The grade's name."""
    return str(wording.GRADE_LABELS[grade])


def score_notes() -> tuple[str, ...]:
    """What a score is, for the foot of the sheets that show one."""
    return (
        _("Score: 0 to 100; 50 is exactly at the tightest limit. A school's score is that of its heaviest grade."),
        _("Range: where the score lies if families are not quite as assumed (nine cases in ten)."),
    )
