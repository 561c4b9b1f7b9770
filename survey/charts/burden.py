"""Charts of a plan's burden: the score of each grade, and the doses behind one grade's score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from survey.charts import drawing
from survey.charts.drawing import INK, SMALL_WORDS, WIDTH, Caption, Chart
from survey.charts.kept import drawn_once
from survey.words.amount_words import span

LIMIT_SCORE, HIGHEST_SCORE = 50, 100
MOST_DOSE_DRAWN = 3.0  # a bar beyond it ends in an arrow; its figure stands beside it
TOP, FOOT = 26.0, 22.0
GRADE_ROW, BAR, BAND = 32.0, 14.0, 24.0
LABELS, FIGURES = 68.0, 92.0  # columns left and right of the bars
LINE, AIR, DOSE_BAR, DOSE_GAP = 17.0, 5.0, 14.0, 14.0
DOSE_FIGURES = 48.0


@dataclass(frozen=True, slots=True)
class GradeScore:
    """One grade's burden score, 0 to 100, and the range it may lie in."""

    label: str
    score: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Dose:
    """One measure beside its limit: the dose (1 is at the limit), and both in words with their units."""

    label: str
    dose: float
    value: str
    limit: str


@drawn_once
def burden_by_grade(
    grades: Sequence[GradeScore], *, caption: Caption, limit_label: str, headers: tuple[str, str, str]
) -> Chart:
    """Score of each grade as a bar, with the range as a light band and the limit at 50.

    `headers` name the table's columns: grade, score, range.
    """
    bottom = TOP + GRADE_ROW * len(grades)
    figure, axes = drawing.sheet(bottom + FOOT)
    left, right = LABELS, WIDTH - FIGURES

    def x(score: float) -> float:
        return left + (right - left) * score / HIGHEST_SCORE

    for number, grade in enumerate(grades):
        middle = TOP + GRADE_ROW * (number + 0.5)
        drawing.words(axes, 0, middle, grade.label)
        if grade.high - grade.low >= 1:
            _range_band(axes, x(grade.low), x(grade.high), middle)
        drawing.bar(axes, left, middle - BAR / 2, x(grade.score) - left, BAR)
        drawing.words(axes, WIDTH, middle, _score_words(grade), align="right", bold=True)
    drawing.faint_line(axes, left, right, bottom)
    drawing.norm_line(axes, x(LIMIT_SCORE), TOP - 6, bottom)
    drawing.words(axes, x(LIMIT_SCORE), TOP / 2 - 2, limit_label, size=SMALL_WORDS, align="center")
    for score in (0, LIMIT_SCORE, HIGHEST_SCORE):
        drawing.words(axes, x(score), bottom + FOOT / 2, str(score), size=SMALL_WORDS, align="center")
    rows = tuple((g.label, f"{g.score:.0f}", span(f"{g.low:.0f}", f"{g.high:.0f}")) for g in grades)
    return Chart(drawing.finished(figure, caption), headers, rows)


@drawn_once
def dose_by_dimension(
    doses: Sequence[Dose], *, caption: Caption, limit_label: str, headers: tuple[str, str, str, str]
) -> Chart:
    """Each measure of one grade as a bar of its dose, with the limit at 1.

    `headers` name the table's columns: measure, value, limit, dose.
    """
    labels = [drawing.wrapped(f"{d.label} · {d.value}", SMALL_WORDS + 0.5, WIDTH) for d in doses]
    heights = [LINE * len(lines) + AIR + DOSE_BAR + DOSE_GAP for lines in labels]
    bottom = TOP + sum(heights)
    figure, axes = drawing.sheet(bottom)
    scale = (WIDTH - DOSE_FIGURES) / MOST_DOSE_DRAWN
    top = TOP
    for dose, lines, height in zip(doses, labels, heights, strict=True):
        for number, line in enumerate(lines):
            drawing.words(axes, 0, top + LINE * (number + 0.5), line, size=SMALL_WORDS + 0.5)
        ground = top + LINE * len(lines) + AIR
        _dose_bar(axes, dose.dose, ground, scale)
        # The line stops at the words, so that nothing runs through them.
        drawing.norm_line(axes, scale, ground - AIR / 2, ground + DOSE_BAR + AIR / 2)
        top += height
    drawing.words(axes, scale, TOP / 2 - 4, limit_label, size=SMALL_WORDS, align="center")
    drawing.norm_line(axes, scale, TOP - 8, TOP - 1)
    rows = tuple((d.label, d.value, d.limit, f"×{d.dose:.2f}") for d in doses)
    return Chart(drawing.finished(figure, caption), headers, rows)


def _score_words(grade: GradeScore) -> str:
    if grade.high - grade.low < 1:
        return f"{grade.score:.0f}"
    return f"{grade.score:.0f} ({grade.low:.0f}–{grade.high:.0f})"


def _range_band(axes: Axes, low: float, high: float, middle: float) -> None:
    edge: dict[str, Any] = {"edgecolor": INK, "linewidth": 0.8, "alpha": 0.55}
    drawing.put(axes, Rectangle((low, middle - BAND / 2), high - low, BAND, facecolor="none", hatch="////", **edge))


def _dose_bar(axes: Axes, dose: float, top: float, scale: float) -> None:
    drawing.faint_line(axes, 0, WIDTH - DOSE_FIGURES, top + DOSE_BAR)
    length = scale * min(dose, MOST_DOSE_DRAWN)
    drawing.bar_or_arrow(axes, 0, top, length, DOSE_BAR, goes_on=dose > MOST_DOSE_DRAWN)
    drawing.words(axes, WIDTH, top + DOSE_BAR / 2, f"×{dose:.1f}", align="right", bold=True)
