"""A funnel plot: each school by how many answered and what share said so, within the limits that chance keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from survey.charts import drawing
from survey.charts.drawing import INK, PLAN, SMALL_WORDS, WIDTH, Caption, Chart
from survey.charts.kept import drawn_once

TOP, HEIGHT, FOOT, LEFT, MARGIN = 26.0, 250.0, 46.0, 44.0, 10.0
RIGHT, BOTTOM = WIDTH - MARGIN, TOP + HEIGHT
WHITE = "#ffffff"
DOT, SMALL_DOT = 9.0, 6.5
MARK_ROOM = 13.0  # a mark this near to another one is left to the table
STEPS = (0.05, 0.1, 0.2, 0.25, 0.5, 1.0)  # the highest share drawn is a multiple of one of them
MOST_STEPS = 5
Curve = Sequence[tuple[int, float, float]]  # people, low, high


@dataclass(frozen=True, slots=True)
class SchoolPoint:
    """One school: people who answered, the ends of its share (alike where it is exact), and the words of its row.

    `mark` is the number by which a school that stands out is found in the table; `beyond` is how far it does: 0 within
    all limits, 1 between them, 2 beyond both.
    """

    people: int
    low: float
    high: float
    beyond: int
    mark: str
    row: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """The district's share, and the limits around it by people: of 95 % and of 99.8 % of chance."""

    expected: float
    narrow: Curve
    wide: Curve
    labels: tuple[str, str, str]  # of the district's share, of the narrow and of the wide limits


@drawn_once
def funnel_plot(
    points: Sequence[SchoolPoint],
    limits: Limits,
    *,
    caption: Caption,
    axis_label: str,
    headers: tuple[str, ...],
) -> Chart:
    """Schools as dots: hollow within the limits, grey between them, solid and marked beyond both."""
    figure, axes = drawing.sheet(BOTTOM + FOOT)
    most_people = max(point.people for point in points)
    sheet = _Sheet(most_people, _highest(points, limits))
    _frame(axes, sheet, axis_label)
    _limits(axes, sheet, limits)
    _points(axes, sheet, points)
    return Chart(drawing.finished(figure, caption), headers, tuple(point.row for point in points))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Where people and shares stand."""

    most_people: int
    highest: float

    def x(self, people: float) -> float:
        return LEFT + (RIGHT - LEFT) * people / (self.most_people * 1.04)

    def y(self, share: float) -> float:
        return BOTTOM - HEIGHT * min(share, self.highest) / self.highest


def _highest(points: Sequence[SchoolPoint], limits: Limits) -> float:
    """A round share above every school and the widest limits where schools begin to stand."""
    fewest = min(point.people for point in points)
    most = max(*(point.high for point in points), *(high for people, _, high in limits.wide if people >= fewest), 0.05)
    step = _step(most)
    return min(1.0, -(-most // step) * step)


def _step(most: float) -> float:
    return next(step for step in STEPS if most <= MOST_STEPS * step)


def _frame(axes: Axes, sheet: _Sheet, axis_label: str) -> None:
    step, share = _step(sheet.highest), 0.0
    while share <= sheet.highest + 1e-9:
        drawing.faint_line(axes, LEFT, RIGHT, sheet.y(share))
        drawing.words(axes, LEFT - 6, sheet.y(share), f"{share:.0%}", size=SMALL_WORDS, align="right")
        share += step
    for part in (0.0, 0.5, 1.0):
        people = round(part * sheet.most_people)
        drawing.words(axes, sheet.x(people), BOTTOM + 12, str(people), size=SMALL_WORDS, align="center")
    drawing.words(axes, (LEFT + RIGHT) / 2, BOTTOM + 32, axis_label, size=SMALL_WORDS, align="center")


def _limits(axes: Axes, sheet: _Sheet, limits: Limits) -> None:
    """Labelled at the right end, the narrow ones broken, so that they are told apart without colour."""
    _line(axes, [sheet.x(0), RIGHT], [sheet.y(limits.expected)] * 2, 1.4, "-")
    for curve, style, width in ((limits.narrow, (0, (4, 3)), 1.0), (limits.wide, "-", 1.0)):
        for end in (1, 2):
            # What would lie above the sheet is left out, so that no limit seems to be level.
            drawn = [place for place in curve if place[end] <= sheet.highest]
            _line(axes, [sheet.x(p[0]) for p in drawn], [sheet.y(p[end]) for p in drawn], width, style)
    expected, narrow, wide = limits.labels
    drawing.words(axes, LEFT, TOP / 2 - 2, f"━ {expected}   ╌ {narrow}   ─ {wide}", size=SMALL_WORDS - 1)


def _line(axes: Axes, xs: list[float], ys: list[float], width: float, style: object) -> None:
    line = Line2D(xs, ys, color=INK, linewidth=width, clip_on=False, zorder=2)
    line.set_linestyle(style)  # type: ignore[arg-type]
    axes.add_line(line)


def _points(axes: Axes, sheet: _Sheet, points: Sequence[SchoolPoint]) -> None:
    for point in points:
        if point.low != point.high:
            x = sheet.x(point.people)
            axes.add_line(Line2D([x, x], [sheet.y(point.low), sheet.y(point.high)], color=INK, linewidth=2, zorder=3))
    for beyond, fill, size in ((0, WHITE, SMALL_DOT), (1, "#b9c2bf", SMALL_DOT), (2, PLAN, DOT)):
        listed = [(sheet.x(p.people), sheet.y((p.low + p.high) / 2)) for p in points if p.beyond == beyond]
        places = listed if beyond else drawing.seen_dots(listed)
        dots = Line2D([x for x, _ in places], [y for _, y in places], linestyle="none", marker="o", zorder=5)
        dots.set(markersize=size, markerfacecolor=fill, markeredgecolor=INK, markeredgewidth=1, clip_on=False)
        axes.add_line(dots)
    _marks(axes, [(sheet.x(p.people), sheet.y((p.low + p.high) / 2), p.mark) for p in points if p.mark])


def _marks(axes: Axes, marked: Sequence[tuple[float, float, str]]) -> None:
    """The number of each school that stands out, beside its dot; where there is no room, the table has it."""
    placed: list[tuple[float, float]] = []
    for x, y, mark in marked:
        to_left = x + 18 > RIGHT
        spot = (x + (-9 if to_left else 9), y)
        if all(abs(spot[0] - other[0]) > MARK_ROOM or abs(y - other[1]) > MARK_ROOM for other in placed):
            placed.append(spot)
            drawing.words(axes, *spot, mark, size=SMALL_WORDS, align="right" if to_left else "left", bold=True)
