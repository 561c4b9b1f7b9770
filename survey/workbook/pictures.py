"""Native charts: bars of a table's own cells, so that whoever corrects a cell sees the picture follow."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.worksheet.worksheet import Worksheet

from survey.workbook.page import Picture, Shown

# The ends of ColorBrewer's BrBG, as the pages' charts have them: told apart by who sees no red or no green.
WITHIN, BEYOND = "018571", "A6611A"
PALE_INK, INK = "D9D5C9", "1C2B2A"
TITLE_SIZE, AXIS_TITLE_SIZE, TICK_SIZE = 1200, 1000, 900  # hundredths of a point
HEIGHT_CM = 7.4
GAP = 45  # between bars, in per cent of a bar


def has_bars(picture: Picture, rows: Sequence[tuple[Shown, ...]]) -> bool:
    """Whether there is anything to draw: axes around nothing would only mislead."""
    drawn = (row[column] for row in rows for column in picture.values)
    return any(isinstance(figure, int | float) and figure > 0 for figure in drawn)


def draw(sheet: Worksheet, picture: Picture, header: int, rows: int, width_cm: float, font: str) -> BarChart:
    """The chart of a table whose header stands in this row, with so many rows below it."""
    chart = BarChart()
    chart.type, chart.style, chart.roundedCorners = ("bar" if picture.lying else "col"), 10, False
    chart.width, chart.height, chart.gapWidth = width_cm, HEIGHT_CM, GAP  # type: ignore[assignment]
    chart.title = _title(picture.title, TITLE_SIZE, font, bold=True)
    for column in picture.values:
        values = Reference(sheet, min_col=column + 1, min_row=header, max_row=header + rows)
        chart.add_data(values, titles_from_data=True)
    names = Reference(sheet, min_col=picture.names + 1, min_row=header + 1, max_row=header + rows)
    chart.set_categories(names)
    _colour(chart, picture, rows)
    _axes(chart, picture, font)
    _labels(chart, picture, font)
    return chart


def _colour(chart: BarChart, picture: Picture, rows: int) -> None:
    for series, colour in zip(chart.series, (WITHIN, BEYOND), strict=False):
        series.graphicalProperties = GraphicalProperties(solidFill=colour)
        series.invertIfNegative = False
        if picture.from_row is not None:
            for place in range(picture.from_row, rows):
                series.dPt.append(DataPoint(idx=place, spPr=GraphicalProperties(solidFill=BEYOND)))


def _axes(chart: BarChart, picture: Picture, font: str) -> None:
    names, values = chart.x_axis, chart.y_axis
    names.title = _title(picture.names_axis, AXIS_TITLE_SIZE, font)
    values.title = _title(picture.values_axis, AXIS_TITLE_SIZE, font)
    for axis in (names, values):
        axis.delete = False  # newer programs hide an axis that does not say it is there
        axis.txPr = RichText(p=[_paragraph(TICK_SIZE, font)])
        axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=PALE_INK))
    names.tickLblPos = "low"
    values.number_format, values.majorTickMark = picture.format, "none"
    values.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=LineProperties(solidFill=PALE_INK)))
    values.scaling.min, values.scaling.max = 0, picture.most
    if picture.lying:  # the table's first row stands on top, the figures below
        names.scaling.orientation, values.crosses = "maxMin", "max"


def _labels(chart: BarChart, picture: Picture, font: str) -> None:
    """The number at each bar; a legend only where there are two kinds of bar."""
    chart.dataLabels = DataLabelList(
        showVal=True,
        showSerName=False,
        showCatName=False,
        showLegendKey=False,
        showPercent=False,
        numFmt=picture.format,
        txPr=RichText(p=[_paragraph(TICK_SIZE, font)]),
    )
    if len(picture.values) == 1:
        chart.legend = None
    else:
        chart.legend.position, chart.legend.txPr = "t", RichText(p=[_paragraph(TICK_SIZE, font)])


def _title(words: str, size: int, font: str, *, bold: bool = False) -> Title:
    paragraph = _paragraph(size, font, bold=bold)
    paragraph.r = [RegularTextRun(rPr=_letters(size, font, bold=bold), t=words)]
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def _paragraph(size: int, font: str, *, bold: bool = False) -> Paragraph:
    letters = _letters(size, font, bold=bold)
    return Paragraph(pPr=ParagraphProperties(defRPr=letters), endParaRPr=_letters(size, font))


def _letters(size: int, font: str, *, bold: bool = False) -> CharacterProperties:
    named = Font(typeface=font)
    return CharacterProperties(sz=size, b=bold, solidFill=INK, latin=named, ea=named)
