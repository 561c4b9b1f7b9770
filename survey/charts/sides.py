"""Two sides of each of several things, one above the other: how many of all have which of a few words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from matplotlib.axes import Axes

from survey.charts import drawing
from survey.charts.answers import GAP, LEGEND_LINE, LINE, Look, legend, segments
from survey.charts.drawing import SMALL_WORDS, WIDTH, Caption, Chart
from survey.charts.kept import drawn_once

# Told apart by pattern and number too: in grey, and by those who see no red or green.
LOOKS = (Look("#018571"), Look("#80cdc1", "//"), Look("#dfc27d", "xx"), Look("#ffffff"))
BAR, AIR, WORDS = 18.0, 3.0, 62.0  # of a bar: its height, what is between two, room for the words before it


@dataclass(frozen=True, slots=True)
class SideBar:
    """One side: how many have each word; where it tells nothing, the words that stand in its place."""

    label: str
    counts: tuple[int, ...] | None
    nothing: str = ""


@dataclass(frozen=True, slots=True)
class TwoSides:
    """One thing, and its two sides from top to bottom."""

    label: str
    sides: tuple[SideBar, SideBar]


@drawn_once
def two_sides(things: Sequence[TwoSides], words: Sequence[str], *, caption: Caption, headers: tuple[str, ...]) -> Chart:
    """Bars of 100 %, the numbers in them how many; each after the number of its word.

    The table has the thing, the side and a column for each word. Raises ValueError for other than four words.
    """
    if len(words) != len(LOOKS):
        raise ValueError(f"{len(words)} words; there are looks for {len(LOOKS)}")
    drawn = Markup().join(_part(part, words, caption) for part in drawing.parts(things))
    rows = tuple((thing.label, *_row(side, len(words))) for thing in things for side in thing.sides)
    return Chart(drawn, headers, rows)


def _part(things: Sequence[TwoSides], words: Sequence[str], caption: Caption) -> Markup:
    labels = [drawing.wrapped(thing.label, drawing.WORDS, WIDTH) for thing in things]
    top = LEGEND_LINE * len(words) + GAP
    heights = [
        LINE * len(lines) + AIR + (BAR + AIR) * len(thing.sides) + GAP
        for thing, lines in zip(things, labels, strict=True)
    ]
    figure, axes = drawing.sheet(top + sum(heights))
    legend(axes, [[word] for word in words], LOOKS)
    for thing, lines, height in zip(things, labels, heights, strict=True):
        for number, line in enumerate(lines):
            drawing.words(axes, 0, top + LINE * (number + 0.5), line)
        for place, side in enumerate(thing.sides):
            _side(axes, side, top + LINE * len(lines) + AIR + (BAR + AIR) * place)
        top += height
    return drawing.finished(figure, caption)


def _side(axes: Axes, side: SideBar, top: float) -> None:
    drawing.words(axes, 0, top + BAR / 2, side.label, size=SMALL_WORDS)
    if side.counts is None:
        drawing.words(axes, WORDS, top + BAR / 2, side.nothing, size=SMALL_WORDS)
    else:
        said = [(f"{number} · {count}", str(count)) for number, count in enumerate(side.counts, start=1)]
        segments(axes, side.counts, LOOKS, top, said, left=WORDS, height=BAR)


def _row(side: SideBar, words: int) -> tuple[str, ...]:
    if side.counts is None:
        return (side.label, side.nothing, *["–"] * (words - 1))
    return (side.label, *map(str, side.counts))
