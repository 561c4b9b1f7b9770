"""From a matplotlib figure to inline SVG: real text in the page's own fonts and ink, one accessible name, no clashes.

A chart is a sheet of points, x to the right and y downwards, on which bars, lines and words are placed. It is drawn
for a phone's width and scales up a little on a desk, so that its words stay readable on both.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import matplotlib
from markupsafe import Markup, escape
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Polygon, Rectangle

WIDTH = 380.0  # points; about a phone's screen
MOST_ROWS = 8  # of a chart in one part: more would be higher than a sheet of A4 on which they can be read
MOST_DOTS = 200  # that are drawn each by itself
WORDS, SMALL_WORDS = 13.0, 12.0  # type sizes in points
POINTS_PER_INCH = 72
# Widths of characters in ems: what a sans-serif of the page's list needs, so that no font has to be opened.
WIDE_CHARACTER, NARROW_CHARACTER = 1.0, 0.56
ASCENT_EM, DESCENT_EM = 0.8, 0.22
# Replaced by the page's own ink, so that charts read on light and on dark.
INK = "#1c2b2a"
PLAN = "#0072b2"  # what a plan asks: always this solid shape
FONTS = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
DRAWN_IN = FontProperties(family="DejaVu Sans")  # ships with matplotlib; the page never sees it

# Text stays text, and the same chart has the same ids each time it is drawn.
matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "jianfu", "hatch.linewidth": 0.8})

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Caption:
    """A chart's name and one sentence of what it shows, for those who hear the page.

    `key` tells two charts of the very same figures on one page apart.
    """

    title: str
    description: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A finished chart: inline SVG, and the figures in it as a table."""

    svg: Markup
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class PageRenderer(RendererSVG):
    """Measures words by their characters: the reader's fonts draw them, and they are not on this machine."""

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: bool | str
    ) -> tuple[float, float, float]:
        """Width, height and descent in points."""
        size = prop.get_size_in_points()
        return text_width(s, size), size * (ASCENT_EM + DESCENT_EM), size * DESCENT_EM


def sheet(height: float) -> tuple[Figure, Axes]:
    """An empty, transparent sheet, WIDTH points wide; (0, 0) is its upper left corner."""
    figure = Figure(figsize=(WIDTH / POINTS_PER_INCH, height / POINTS_PER_INCH), dpi=POINTS_PER_INCH)
    figure.patch.set_visible(False)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    return figure, axes


def put(axes: Axes, patch: Patch) -> None:
    """Place a shape, unclipped."""
    patch.set_clip_on(False)
    axes.add_patch(patch)


def bar(
    axes: Axes, left: float, top: float, width: float, height: float, colour: str = PLAN, strength: float = 1.0
) -> None:
    """A bar; solid unless a lesser `strength` lets the ground through."""
    put(axes, Rectangle((left, top), width, height, facecolor=colour, alpha=strength, linewidth=0))


def bar_or_arrow(axes: Axes, left: float, top: float, width: float, height: float, *, goes_on: bool) -> None:
    """A bar; where it goes on beyond what is drawn, it ends in an arrow."""
    if not goes_on:
        bar(axes, left, top, width, height)
        return
    point, right = height / 2, left + width
    upper = [(left, top), (right - point, top), (right, top + point)]
    put(axes, Polygon([*upper, (right - point, top + height), (left, top + height)], facecolor=PLAN, linewidth=0))


def seen_dots(places: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Of many dots one for each place where the eye could tell two apart; few stand exactly where they are."""
    if len(places) <= MOST_DOTS:
        return list(places)
    return sorted({(round(x), round(y)) for x, y in places})


def norm_line(axes: Axes, x: float, top: float, bottom: float) -> None:
    """The limit: in every chart the same thin dark line."""
    axes.add_line(Line2D([x, x], [top, bottom], color=INK, linewidth=1.4, clip_on=False, zorder=5))


def faint_line(axes: Axes, left: float, right: float, y: float) -> None:
    """The ground a row stands on."""
    axes.add_line(Line2D([left, right], [y, y], color=INK, linewidth=0.6, alpha=0.35, clip_on=False, zorder=0))


def words(
    axes: Axes,
    x: float,
    middle: float,
    text: str,
    *,
    size: float = WORDS,
    align: str = "left",
    bold: bool = False,
    colour: str = INK,
) -> None:
    """One line of words, its middle at height `middle`. Nothing in it is read as a formula."""
    baseline = middle + size * 0.35
    axes.text(
        x,
        baseline,
        text,
        ha=align,
        va="baseline",
        color=colour,
        clip_on=False,
        parse_math=False,
        fontproperties=DRAWN_IN,
        fontsize=size,
        fontweight="bold" if bold else "normal",
        zorder=6,
    )


def text_width(text: str, size: float) -> float:
    """About how wide a line of words will be, in points."""
    ems = sum(WIDE_CHARACTER if unicodedata.east_asian_width(c) in "WFA" else NARROW_CHARACTER for c in text)
    return ems * size


def wrapped(text: str, size: float, width: float) -> list[str]:
    """The words in lines that fit: broken at spaces, or anywhere between Chinese characters."""
    lines = [""]
    for piece in re.findall(r"[⺀-鿿＀-￯]|[^\s⺀-鿿＀-￯]+\s*|\s+", text):
        if lines[-1] and text_width(lines[-1] + piece.rstrip(), size) > width:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines]


def parts(rows: Sequence[Row]) -> tuple[Sequence[Row], ...]:
    """The rows of a long chart in two parts, which a wide page and paper place side by side; of a short one in one."""
    half = -(-len(rows) // 2)
    return (rows[:half], rows[half:]) if len(rows) > MOST_ROWS else (rows,)


def finished(figure: Figure, caption: Caption) -> Markup:
    """The figure as an SVG element to stand in a page."""
    drawn = _drawn(figure)
    mark = "c" + hashlib.sha256("\0".join((caption.key, caption.title, drawn)).encode()).hexdigest()[:10]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
        f'aria-labelledby="{mark}-title {mark}-desc" width="100%" '
        f'stroke-linejoin="round" viewBox="0 0 {figure.get_figwidth() * POINTS_PER_INCH:g} '
        f'{figure.get_figheight() * POINTS_PER_INCH:g}">'
        f'<title id="{mark}-title">{escape(caption.title)}</title>'
        f'<desc id="{mark}-desc">{escape(caption.description)}</desc>'
    )
    return Markup(head + _own_ids(drawn, mark))


def _drawn(figure: Figure) -> str:
    """What is inside the svg element, without the parts that would reach beyond it into the page."""
    content = io.StringIO()
    height = figure.get_figheight() * POINTS_PER_INCH
    renderer: Any = PageRenderer(  # type: ignore[no-untyped-call]
        WIDTH, height, content, metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
    )
    figure.draw(renderer)
    renderer.finalize()
    inside = re.sub(r"^.*?<svg[^>]*>", "", content.getvalue(), flags=re.DOTALL)
    # Its style rule for every element would hold for the whole page.
    inside = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", inside, flags=re.DOTALL)
    inside = re.sub(r'<g id="[^"]*">', "<g>", inside)
    inside = inside.replace("font-family: 'DejaVu Sans'", f"font-family: {FONTS.replace(chr(34), chr(39))}")
    return re.sub(r"\s*\n\s*", "\n", inside.replace(INK, "currentColor"))


def _own_ids(inside: str, mark: str) -> str:
    """Every id, and every mention of one, marked as this chart's own."""
    inside = re.sub(r'\bid="([^"]+)"', rf'id="{mark}-\1"', inside)
    return re.sub(r"(url\(#|href=\"#)", rf"\1{mark}-", inside)
