"""Shares as bars from 0 to 100 %, each with its range, and a line to reach where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from survey.charts import drawing
from survey.charts.drawing import INK, SMALL_WORDS, WIDTH, Caption, Chart
from survey.charts.kept import drawn_once

LINE, BAR, GAP, AIR, TOP, FOOT = 18.0, 14.0, 13.0, 4.0, 2.0, 22.0
FIGURES = 62.0
RIGHT = WIDTH - FIGURES
PART_TOLD = 0.35  # the strength of what a bound leaves open
WHISKER = 5.0
MARKS = (0.0, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class ShareBar:
    """One share of 0 to 1: both ends of what is told (alike where it is exact), its range by chance, the line to reach.

    `said` is how the share is printed, `row` the cells that follow the label in the table.
    """

    label: str
    least: float
    most: float
    by_chance: tuple[float, float] | None
    said: str
    row: tuple[str, ...]
    line: float | None = None


@drawn_once
def share_bars(bars: Sequence[ShareBar], *, caption: Caption, headers: tuple[str, ...]) -> Chart:
    """The bars in the order given, each beneath its words. `headers` name the table's columns."""
    labels = [drawing.wrapped(bar.label, drawing.WORDS, WIDTH) for bar in bars]
    bottom = TOP + sum(LINE * len(lines) + AIR + BAR + GAP for lines in labels)
    figure, axes = drawing.sheet(bottom + FOOT)
    top = TOP
    for bar, lines in zip(bars, labels, strict=True):
        for number, line in enumerate(lines):
            drawing.words(axes, 0, top + LINE * (number + 0.5), line)
        top += LINE * len(lines) + AIR
        _bar(axes, bar, top)
        top += BAR + GAP
    for mark in MARKS:
        align = "left" if mark == 0 else "center"
        drawing.words(axes, _x(mark), bottom + FOOT / 2 - 6, f"{mark:.0%}", size=SMALL_WORDS, align=align)
    return Chart(drawing.finished(figure, caption), headers, tuple((bar.label, *bar.row) for bar in bars))


def _x(share: float) -> float:
    return RIGHT * min(share, 1.0)


def _bar(axes: Axes, bar: ShareBar, top: float) -> None:
    middle = top + BAR / 2
    drawing.faint_line(axes, 0, RIGHT, top + BAR)
    drawing.bar(axes, 0, top, _x(bar.least), BAR)
    if bar.most > bar.least:
        drawing.bar(axes, _x(bar.least), top, _x(bar.most) - _x(bar.least), BAR, strength=PART_TOLD)
    if bar.by_chance:
        low, high = bar.by_chance
        _whisker(axes, _x(low), _x(high), middle)
    if bar.line is not None:
        drawing.norm_line(axes, _x(bar.line), top - AIR, top + BAR + AIR)
    drawing.words(axes, WIDTH, middle, bar.said, align="right", bold=True)


def _whisker(axes: Axes, low: float, high: float, middle: float) -> None:
    """A dark line with ends, on a light one, so that it shows on the bar and beside it."""
    for width, colour in ((4.0, "#ffffff"), (1.4, INK)):
        axes.add_line(Line2D([low, high], [middle] * 2, color=colour, linewidth=width, clip_on=False, zorder=6))
    for end in (low, high):
        ends = [middle - WHISKER, middle + WHISKER]
        axes.add_line(Line2D([end, end], ends, color=INK, linewidth=1.4, clip_on=False, zorder=6))
