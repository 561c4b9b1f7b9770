"""The plan beside life: the limit as a line, the plan as a solid bar, life as an open dot on its range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from survey.charts import drawing
from survey.charts.burden import MOST_DOSE_DRAWN
from survey.charts.drawing import INK, SMALL_WORDS, WIDTH, Caption, Chart

TOP, LINE, BAR, ROW, GAP, MARGIN = 28.0, 18.0, 10.0, 24.0, 12.0, 10.0
SCALE = (WIDTH - 2 * MARGIN) / MOST_DOSE_DRAWN


@dataclass(frozen=True, slots=True)
class Beside:
    """One quantity: plan, life and its range as multiples of the limit, and all of them in words."""

    label: str
    plan: float
    life: float
    low: float
    high: float
    words: tuple[str, ...]  # the cells of the table


def plan_beside_life(rows: Sequence[Beside], *, caption: Caption, limit_label: str, headers: tuple[str, ...]) -> Chart:
    """Each quantity with its limit at 1. `headers` name the table's columns: the quantity, then those of `words`."""
    labels = [drawing.wrapped(row.label, drawing.WORDS, WIDTH) for row in rows]
    heights = [LINE * len(lines) + ROW + GAP for lines in labels]
    figure, axes = drawing.sheet(TOP + sum(heights))
    top = TOP
    for row, lines, height in zip(rows, labels, heights, strict=True):
        for number, line in enumerate(lines):
            drawing.words(axes, 0, top + LINE * (number + 0.5), line)
        ground = top + LINE * len(lines)
        drawing.bar(axes, MARGIN, ground + (ROW - BAR) / 2, _x(row.plan) - MARGIN, BAR)
        drawing.norm_line(axes, _x(1), ground, ground + ROW)
        _life(axes, row, ground + ROW / 2)
        top += height
    drawing.words(axes, _x(1), TOP / 2 - 4, limit_label, size=SMALL_WORDS, align="center")
    drawing.norm_line(axes, _x(1), TOP - 8, TOP - 1)
    return Chart(drawing.finished(figure, caption), headers, tuple((row.label, *row.words) for row in rows))


def _x(dose: float) -> float:
    return MARGIN + SCALE * min(dose, MOST_DOSE_DRAWN)


def _life(axes: Axes, row: Beside, middle: float) -> None:
    """An open dot on its range; at the end of the scale they stand for what lies beyond."""
    axes.add_line(
        Line2D([_x(row.low), _x(row.high)], [middle, middle], color=INK, linewidth=2.2, clip_on=False, zorder=6)
    )
    dot = Line2D([_x(row.life)], [middle], linestyle="none", marker="o", markersize=11, clip_on=False)
    dot.set(markerfacecolor="#ffffff", markeredgecolor=INK, markeredgewidth=2, zorder=7)
    axes.add_line(dot)
