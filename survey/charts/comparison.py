"""A school beside the others of its district: where it stands, never in what place."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from survey.charts import drawing
from survey.charts.drawing import INK, PLAN, SMALL_WORDS, WIDTH, Caption, Chart
from survey.charts.kept import drawn_once
from survey.words.amount_words import span

# With fewer, each dot would be a school that everybody knows.
FEWEST_OTHERS = 5
TOP, FOOT, LINE, STRIP, GAP = 28.0, 22.0, 18.0, 26.0, 12.0
MARGIN, FIGURES = 8.0, 44.0
BAND, BAND_STRENGTH = "#56b4e9", 0.4
LEFT, RIGHT = MARGIN, WIDTH - FIGURES - MARGIN


@dataclass(frozen=True, slots=True)
class Strip:
    """One quantity: this school's value and those of the others."""

    label: str
    own: float
    others: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """What the strips are drawn on: from 0 to `highest`, the limit, and how many digits follow the point.

    The defaults are those of the burden score.
    """

    highest: float = 100
    limit: float = 50
    digits: int = 0

    def x(self, value: float) -> float:
        """Where a value stands on the sheet; those beyond the highest stand at the end."""
        return LEFT + (RIGHT - LEFT) * min(value, self.highest) / self.highest

    def said(self, value: float) -> str:
        """The value as it is printed."""
        return f"{value:.{self.digits}f}"


SCORES = Scale()


@drawn_once
def school_among_district(
    strips: Sequence[Strip], *, caption: Caption, limit_label: str, headers: tuple[str, str, str], scale: Scale = SCORES
) -> Chart:
    """This school as a solid dot among the others as hollow ones, on the band in which half of these lie.

    `headers` name the table's columns: what is compared, this school, half of the others lie between. With fewer
    than five others only this school is drawn.
    """
    labels = [drawing.wrapped(strip.label, drawing.WORDS, WIDTH) for strip in strips]
    heights = [LINE * len(lines) + STRIP + GAP for lines in labels]
    bottom = TOP + sum(heights)
    figure, axes = drawing.sheet(bottom + FOOT)
    top = TOP
    for strip, lines, height in zip(strips, labels, heights, strict=True):
        for number, line in enumerate(lines):
            drawing.words(axes, 0, top + LINE * (number + 0.5), line)
        _strip(axes, strip, top + LINE * len(lines), scale)
        top += height
    drawing.words(axes, scale.x(scale.limit), TOP / 2 - 4, limit_label, size=SMALL_WORDS, align="center")
    drawing.norm_line(axes, scale.x(scale.limit), TOP - 8, TOP - 1)
    for value in (0, scale.highest):
        drawing.words(axes, scale.x(value), bottom + FOOT / 2 - 6, f"{value:g}", size=SMALL_WORDS, align="center")
    return Chart(drawing.finished(figure, caption), headers, tuple(_row(strip, scale) for strip in strips))


def middle_half(others: Sequence[float]) -> tuple[float, float] | None:
    """The 25th and 75th percentile of the other schools; None with too few of them to stay unnamed."""
    if len(others) < FEWEST_OTHERS:
        return None
    low, _, high = statistics.quantiles(others, n=4, method="inclusive")
    return low, high


def _strip(axes: Axes, strip: Strip, ground: float, scale: Scale) -> None:
    middle = ground + STRIP / 2
    drawing.faint_line(axes, LEFT, RIGHT, middle)
    half = middle_half(strip.others)
    if half:
        low, high = (scale.x(end) for end in half)
        drawing.bar(axes, low, ground + 3, max(high - low, 1), STRIP - 6, BAND, BAND_STRENGTH)
        others = drawing.seen_dots([(scale.x(value), middle) for value in strip.others])
        _dots(axes, [x for x, _ in others], middle, size=7, fill="none", edge=INK)
    _dots(axes, [scale.x(strip.own)], middle, size=11, fill=PLAN, edge=INK)
    drawing.norm_line(axes, scale.x(scale.limit), ground, ground + STRIP)
    drawing.words(axes, WIDTH, middle, scale.said(strip.own), align="right", bold=True)


def _dots(axes: Axes, places: list[float], middle: float, *, size: float, fill: str, edge: str) -> None:
    dots = Line2D(places, [middle] * len(places), linestyle="none", marker="o", markersize=size, clip_on=False)
    dots.set(markerfacecolor=fill, markeredgecolor=edge, markeredgewidth=1, zorder=6)
    axes.add_line(dots)


def _row(strip: Strip, scale: Scale) -> tuple[str, ...]:
    half = middle_half(strip.others)
    between = span(scale.said(half[0]), scale.said(half[1])) if half else "–"
    return strip.label, scale.said(strip.own), between
