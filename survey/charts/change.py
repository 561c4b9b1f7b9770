"""Two shares of one thing as an open and a solid dot, joined by a line: then and now, or here and there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from survey.charts import drawing
from survey.charts.drawing import INK, SMALL_WORDS, WIDTH, Caption, Chart
from survey.charts.kept import drawn_once

LEGEND, TOP, FOOT, LINE, STRIP, GAP = 22.0, 12.0, 24.0, 18.0, 34.0, 10.0
MARGIN, FIGURES = 8.0, 104.0  # the figures and the word stand right of the strip
LEFT, RIGHT = MARGIN, WIDTH - FIGURES - MARGIN
NOW = "#0072b2"  # Okabe and Ito's blue
DOT, CLEAR_LINE, UNCLEAR_LINE = 11.0, 3.0, 1.2
MARKS = (0.0, 0.5, 1.0)
WHITE = "#ffffff"


@dataclass(frozen=True, slots=True)
class Dumbbell:
    """One share then and now, or of two groups, 0 to 1; both as they are said; in a word whether they differ."""

    label: str
    then: float
    now: float
    said: tuple[str, str]
    word: str
    is_clear: bool


@drawn_once
def then_and_now(
    rows: Sequence[Dumbbell],
    *,
    caption: Caption,
    legend: tuple[str, str],
    headers: tuple[str, str, str, str],
    between: str = " → ",
) -> Chart:
    """Shares on a line from 0 to 100 %. A clear change has a thick line and a bold word, any other a thin, broken one.

    `legend` names the earlier and the later round, `headers` the table's columns: the share, then, now, the word.
    `between` stands between the two figures.
    """
    drawn = Markup().join(_part(part, legend, between, caption) for part in drawing.parts(rows))
    table = tuple((row.label, *row.said, row.word) for row in rows)
    return Chart(drawn, headers, table)


def _part(rows: Sequence[Dumbbell], legend: tuple[str, str], between: str, caption: Caption) -> Markup:
    labels = [drawing.wrapped(row.label, drawing.WORDS, WIDTH) for row in rows]
    named = [drawing.wrapped(words, SMALL_WORDS, WIDTH - 2 * LEGEND) for words in legend]
    head = sum(LEGEND + LINE * (len(lines) - 1) for lines in named) + TOP
    bottom = head + sum(LINE * len(lines) + STRIP + GAP for lines in labels)
    figure, axes = drawing.sheet(bottom + FOOT)
    _legend(axes, named)
    top = head
    for row, lines in zip(rows, labels, strict=True):
        for number, line in enumerate(lines):
            drawing.words(axes, 0, top + LINE * (number + 0.5), line)
        top += LINE * len(lines)
        _strip(axes, row, top, between)
        top += STRIP + GAP
    for mark in MARKS:
        drawing.words(axes, _x(mark), bottom + FOOT / 2 - 8, f"{mark:.0%}", size=SMALL_WORDS, align="center")
    return drawing.finished(figure, caption)


def _x(share: float) -> float:
    return LEFT + (RIGHT - LEFT) * share


def _legend(axes: Axes, named: Sequence[Sequence[str]]) -> None:
    top = 0.0
    for lines, is_now in zip(named, (False, True), strict=True):
        _dot(axes, MARGIN, top + LEGEND / 2, is_now=is_now)
        for number, line in enumerate(lines):
            drawing.words(axes, LEGEND, top + LEGEND / 2 + LINE * number, line, size=SMALL_WORDS)
        top += LEGEND + LINE * (len(lines) - 1)


def _strip(axes: Axes, row: Dumbbell, top: float, between: str) -> None:
    middle = top + STRIP / 2
    drawing.faint_line(axes, LEFT, RIGHT, middle)
    for mark in MARKS:
        axes.add_line(Line2D([_x(mark)] * 2, [middle - 4, middle + 4], color=INK, linewidth=0.6, alpha=0.35))
    joined = Line2D([_x(row.then), _x(row.now)], [middle, middle], color=INK, clip_on=False, zorder=4)
    joined.set(linewidth=CLEAR_LINE if row.is_clear else UNCLEAR_LINE, linestyle="-" if row.is_clear else (0, (3, 3)))
    axes.add_line(joined)
    _dot(axes, _x(row.now), middle, is_now=True)
    # The open dot on top, so that where both are at one place both are seen.
    _dot(axes, _x(row.then), middle, is_now=False, size=DOT if row.then != row.now else DOT / 2)
    drawing.words(axes, WIDTH, middle - LINE / 2, between.join(row.said), size=SMALL_WORDS, align="right")
    drawing.words(axes, WIDTH, middle + LINE / 2, row.word, size=SMALL_WORDS, align="right", bold=row.is_clear)


def _dot(axes: Axes, x: float, middle: float, *, is_now: bool, size: float = DOT) -> None:
    dot = Line2D([x], [middle], linestyle="none", marker="o", markersize=size, clip_on=False)
    dot.set(
        markerfacecolor=NOW if is_now else WHITE, markeredgecolor=INK, markeredgewidth=1.6, zorder=6 if is_now else 7
    )
    axes.add_line(dot)
