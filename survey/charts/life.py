"""The plan beside life: the plan as a solid bar, life as an open dot on its range below, the limit as a line."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from survey.charts import drawing
from survey.charts.burden import MOST_DOSE_DRAWN
from survey.charts.drawing import INK, SMALL_WORDS, WIDTH, Caption, Chart
from survey.charts.kept import drawn_once

LINE, AIR, BAR, LIFE, GAP, MARGIN, FOOT = 18.0, 5.0, 12.0, 20.0, 14.0, 10.0, 40.0
SAMPLE, SAMPLE_WIDTH = 20.0, 38.0  # of the legend: height of a line, width of what is drawn before its words
FIGURES = 62.0  # right of the bars
SCALE = (WIDTH - MARGIN - FIGURES) / MOST_DOSE_DRAWN
WHITE = "#ffffff"


@dataclass(frozen=True, slots=True)
class Beside:
    """One quantity: plan, life and its range as multiples of the limit, and all of them in words.

    Life is infinite where it lies in the last band, which has no upper end.
    """

    label: str
    whose: str  # who is behind the figures of life
    plan: float
    life: float
    low: float
    high: float
    last_band: float  # where that begins
    words: tuple[str, ...]  # the cells of the table


@dataclass(frozen=True, slots=True)
class Legend:
    """What the marks mean; `scale` stands below the figures of the scale."""

    plan: str
    life: str
    limit: str
    beyond: str
    scale: str


@drawn_once
def plan_beside_life(rows: Sequence[Beside], *, caption: Caption, legend: Legend, headers: tuple[str, ...]) -> Chart:
    """Each quantity with its limit at 1. `headers` name the table's columns: the quantity, then those of `words`."""
    labels = [drawing.wrapped(f"{row.label} · {row.whose}", drawing.WORDS, WIDTH) for row in rows]
    samples = list(_samples(legend, is_beyond=any(max(row.plan, row.high) > MOST_DOSE_DRAWN for row in rows)))
    head = sum(SAMPLE + LINE * (len(lines) - 1) for _, lines in samples) + GAP
    heights = [LINE * len(lines) + AIR + BAR + LIFE + GAP for lines in labels]
    bottom = head + sum(heights)
    figure, axes = drawing.sheet(bottom + FOOT)
    _draw_legend(axes, samples)
    top = head
    for row, lines, height in zip(rows, labels, heights, strict=True):
        for number, line in enumerate(lines):
            drawing.words(axes, 0, top + LINE * (number + 0.5), line)
        _quantity(axes, row, top + LINE * len(lines) + AIR)
        top += height
    _scale(axes, bottom, legend.scale)
    return Chart(drawing.finished(figure, caption), headers, tuple((row.label, *row.words) for row in rows))


def _x(dose: float) -> float:
    return MARGIN + SCALE * min(dose, MOST_DOSE_DRAWN)


def _samples(legend: Legend, *, is_beyond: bool) -> Iterator[tuple[str, list[str]]]:
    """Mark → its words in lines; the arrow only where there is one."""
    for mark in ("plan", "life", "limit", *(["beyond"] if is_beyond else [])):
        yield mark, drawing.wrapped(getattr(legend, mark), SMALL_WORDS, WIDTH - SAMPLE_WIDTH)


def _draw_legend(axes: Axes, samples: Sequence[tuple[str, Sequence[str]]]) -> None:
    top, end = 0.0, SAMPLE_WIDTH - MARGIN - 4
    for mark, lines in samples:
        middle = top + SAMPLE / 2
        if mark == "plan":
            drawing.bar(axes, 0, middle - BAR / 2, end, BAR)
        elif mark == "life":
            _range(axes, 0, end, middle)
            _dot(axes, end / 2, middle, "o")
        elif mark == "limit":
            drawing.norm_line(axes, end / 2, top + 2, top + SAMPLE - 2)
        else:
            _range(axes, 0, end, middle)
            _dot(axes, end, middle, ">")
        for number, line in enumerate(lines):
            drawing.words(axes, SAMPLE_WIDTH, middle + LINE * number, line, size=SMALL_WORDS)
        top += SAMPLE + LINE * (len(lines) - 1)


def _quantity(axes: Axes, row: Beside, top: float) -> None:
    drawing.bar_or_arrow(axes, MARGIN, top, _x(row.plan) - MARGIN, BAR, goes_on=row.plan > MOST_DOSE_DRAWN)
    middle = top + BAR + LIFE / 2
    _life(axes, row, middle)
    drawing.norm_line(axes, _x(1), top - 2, top + BAR + LIFE)
    drawing.words(axes, WIDTH, top + BAR / 2, f"×{row.plan:.1f}", size=SMALL_WORDS, align="right", bold=True)
    life = f">×{row.last_band:.1f}" if math.isinf(row.life) else f"×{row.life:.1f}"
    drawing.words(axes, WIDTH, middle, life, size=SMALL_WORDS, align="right")


def _life(axes: Axes, row: Beside, middle: float) -> None:
    """An open dot on its range; whatever of them lies beyond the scale is an arrow at its end."""
    end = _x(MOST_DOSE_DRAWN)
    is_beyond = row.life > MOST_DOSE_DRAWN
    # An arrow alone would stand there without its shaft.
    _range(axes, min(_x(row.low), end - SAMPLE) if is_beyond else _x(row.low), _x(row.high), middle)
    if row.high > MOST_DOSE_DRAWN and not is_beyond:
        _dot(axes, end, middle, ">", size=7, face=INK)
    _dot(axes, _x(row.life), middle, ">" if is_beyond else "o")


def _range(axes: Axes, low: float, high: float, middle: float) -> None:
    axes.add_line(Line2D([low, high], [middle, middle], color=INK, linewidth=2.2, clip_on=False, zorder=6))


def _dot(axes: Axes, x: float, middle: float, marker: str, *, size: float = 11, face: str = WHITE) -> None:
    dot = Line2D([x], [middle], linestyle="none", marker=marker, markersize=size, clip_on=False)
    dot.set(markerfacecolor=face, markeredgecolor=INK, markeredgewidth=2, zorder=7)
    axes.add_line(dot)


def _scale(axes: Axes, top: float, words: str) -> None:
    drawing.faint_line(axes, MARGIN, _x(MOST_DOSE_DRAWN), top)
    for mark in range(int(MOST_DOSE_DRAWN) + 1):
        axes.add_line(Line2D([_x(mark)] * 2, [top - 4, top + 4], color=INK, linewidth=0.8, clip_on=False))
        drawing.words(axes, _x(mark), top + 13, str(mark), size=SMALL_WORDS, align="center")
    drawing.words(axes, (MARGIN + _x(MOST_DOSE_DRAWN)) / 2, top + 30, words, size=SMALL_WORDS, align="center")
