"""Answers as stacked bars of 100 %: one bar an audience, one segment a choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from survey.charts import drawing
from survey.charts.drawing import SMALL_WORDS, WIDTH, Caption, Chart
from survey.charts.kept import drawn_once

# ColorBrewer's BrBG by number of classes, its near-white middle replaced by grey so that it shows on paper.
PALETTES: Mapping[int, tuple[str, ...]] = {
    1: ("#d9d9d9",),
    2: ("#a6611a", "#018571"),
    3: ("#d8b365", "#d9d9d9", "#5ab4ac"),
    4: ("#a6611a", "#dfc27d", "#80cdc1", "#018571"),
    5: ("#a6611a", "#dfc27d", "#d9d9d9", "#80cdc1", "#018571"),
    6: ("#8c510a", "#d8b365", "#f6e8c3", "#c7eae5", "#5ab4ac", "#01665e"),
    7: ("#8c510a", "#d8b365", "#f6e8c3", "#d9d9d9", "#c7eae5", "#5ab4ac", "#01665e"),
    8: ("#8c510a", "#bf812d", "#dfc27d", "#f6e8c3", "#c7eae5", "#80cdc1", "#35978f", "#01665e"),
}
DARK, LIGHT = "#111111", "#ffffff"
LINE, AIR, BAR, GAP, SEAM = 18.0, 4.0, 26.0, 14.0, 1.5
SWATCH, LEGEND_LINE = 20.0, 22.0
ROOM = 6.0  # beside a figure; a segment too narrow for it leaves it to the table


@dataclass(frozen=True, slots=True)
class Look:
    """How a segment is filled: a colour, and a pattern of matplotlib's where colour is not to be the only carrier."""

    colour: str
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class AnswerBar:
    """One audience's answers: a share of 0 to 1 for each choice, or the words that stand where they are hidden."""

    label: str
    shares: tuple[float, ...] | None
    hidden: str = ""


@drawn_once
def stacked_answers(bars: Sequence[AnswerBar], choices: Sequence[str], *, caption: Caption, first_header: str) -> Chart:
    """Shares of each choice as segments of one bar, numbered like the list of choices above.

    The table has a column for the audience (`first_header`) and one for each choice. Raises ValueError for more than
    eight choices, which no reader could tell apart.
    """
    if len(choices) not in PALETTES:
        raise ValueError(f"{len(choices)} choices; at most {max(PALETTES)} can be told apart in one bar")
    listed = [drawing.wrapped(choice, SMALL_WORDS, WIDTH - SWATCH - 8) for choice in choices]
    labels = [drawing.wrapped(bar.label, drawing.WORDS, WIDTH) for bar in bars]
    legend_height = sum(LEGEND_LINE + LINE * (len(lines) - 1) for lines in listed) + GAP
    figure, axes = drawing.sheet(legend_height + sum(LINE * len(lines) + AIR + BAR + GAP for lines in labels))
    looks = [Look(colour) for colour in PALETTES[len(choices)]]
    legend(axes, listed, looks)
    top = legend_height
    for bar, lines in zip(bars, labels, strict=True):
        for number, line in enumerate(lines):
            drawing.words(axes, 0, top + LINE * (number + 0.5), line)
        top += LINE * len(lines) + AIR
        if bar.shares is None:
            drawing.faint_line(axes, 0, WIDTH, top + BAR)
            drawing.words(axes, 0, top + BAR / 2, bar.hidden, size=SMALL_WORDS)
        else:
            segments(axes, bar.shares, looks, top, [_said(*each) for each in enumerate(bar.shares, start=1)])
        top += BAR + GAP
    return Chart(drawing.finished(figure, caption), (first_header, *choices), tuple(_row(b, choices) for b in bars))


def ink_on(colour: str) -> str:
    """Dark or light words, whichever stand out more on a colour (WCAG 2.2 contrast ratio)."""
    return max((DARK, LIGHT), key=lambda ink: contrast(ink, colour))


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def legend(axes: Axes, choices: Sequence[Sequence[str]], looks: Sequence[Look]) -> None:
    """The choices one below the other, each with its number on its look."""
    top = 0.0
    for number, (lines, look) in enumerate(zip(choices, looks, strict=True), start=1):
        segment(axes, 0, top + 2, SWATCH, LEGEND_LINE - 4, look)
        figure(axes, SWATCH / 2, top + LEGEND_LINE / 2, str(number), look)
        for place, line in enumerate(lines):
            drawing.words(axes, SWATCH + 8, top + LEGEND_LINE / 2 + LINE * place, line, size=SMALL_WORDS)
        top += LEGEND_LINE + LINE * (len(lines) - 1)


def segments(
    axes: Axes,
    shares: Sequence[float],
    looks: Sequence[Look],
    top: float,
    said: Sequence[tuple[str, ...]],
    *,
    left: float = 0.0,
    height: float = BAR,
) -> None:
    """Parts of a whole from `left` to the right end; in each the first of its words for which there is room."""
    whole, room = sum(shares) or 1.0, WIDTH - left
    for share, look, words in zip(shares, looks, said, strict=True):
        width = room * share / whole
        if share > 0:
            seam = SEAM if left + width < WIDTH - SEAM else 0.0
            segment(axes, left, top, max(width - seam, 0.5), height, look)
        fitting = [each for each in words if drawing.text_width(each, SMALL_WORDS) + ROOM <= width]
        if share > 0 and fitting:
            figure(axes, left + width / 2, top + height / 2, fitting[0], look)
        left += width


def figure(axes: Axes, x: float, middle: float, words: str, look: Look) -> None:
    """Words on a segment; on a pattern they have a ground of their own."""
    if look.pattern:
        width = drawing.text_width(words, SMALL_WORDS) + ROOM / 2
        ground = Rectangle((x - width / 2, middle - LINE / 2 + 1), width, LINE - 2, facecolor=look.colour, linewidth=0)
        drawing.put(axes, ground)
    drawing.words(axes, x, middle, words, size=SMALL_WORDS, align="center", colour=ink_on(look.colour))


def segment(axes: Axes, left: float, top: float, width: float, height: float, look: Look) -> None:
    """Outlined, so that it can be told from its neighbour and from the paper without colour."""
    patch = Rectangle((left, top), width, height, facecolor=look.colour, edgecolor=DARK, linewidth=0.5)
    if look.pattern:
        patch.set_hatch(look.pattern)
    drawing.put(axes, patch)


def _said(number: int, share: float) -> tuple[str, ...]:
    return f"{number} · {share:.0%}", f"{share:.0%}"


def _row(bar: AnswerBar, choices: Sequence[str]) -> tuple[str, ...]:
    if bar.shares is None:
        return (bar.label, bar.hidden, *("–" for _ in choices[1:]))
    return (bar.label, *(f"{share:.0%}" for share in bar.shares))
