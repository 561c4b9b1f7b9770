"""A page of values → a worksheet that reads well on a screen and on A4. The one place where cells are written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from survey.workbook.page import TEXT, Column, Over, Page, Value

LONGEST_SHEET_NAME = 31
LONGEST_TEXT = 32_767  # characters in a cell
NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
INDENT = 1  # keeps words off the number in the cell before
A4, LINE_POINTS = 9, 15.0
TITLE_FONTS = {"zh": "黑体"}
BODY_FONTS = {"zh": "仿宋"}
OTHER_FONT = "Arial"
INK, RULE_INK, HEADER_FILL, OVER_FILL, OVER_INK = "1C2B2A", "8A9593", "E3F0EC", "F6E8C3", "7A2E0A"
OVER_MARK = ' "▲"'


@dataclass(frozen=True, slots=True)
class Style:
    """The fonts of one language."""

    language: str

    def font(self, size: float = 10.5, *, title: bool = False, bold: bool = False, colour: str = INK) -> Font:
        """A font by name; it is not embedded, so another one stands in where it is missing."""
        name = (TITLE_FONTS if title else BODY_FONTS).get(self.language, OTHER_FONT)
        return Font(name=name, size=size, bold=bold, color=colour)


def write_page(book: Workbook, page: Page, language: str, footer: str, synthetic: bool) -> None:
    """Add the page to the workbook as a sheet."""
    sheet, style = book.create_sheet(sheet_name(page.name)), Style(language)
    row = _write_head(sheet, page, style, synthetic)
    header_row = row + 1
    _write_header(sheet, header_row, page.columns, style)
    for number, values in enumerate(page.rows, start=header_row + 1):
        _write_row(sheet, number, values, page.columns, style)
    last = header_row + len(page.rows)
    _mark_limits(sheet, page.columns, header_row + 1, last)
    row = last + 1
    signatures = _("Prepared by: ____________    Checked by: ____________    Seal: ____________")
    for said in (*page.notes, "", signatures):
        row = _write_line(sheet, row, said, page.columns, style.font(10))
    sheet.freeze_panes = f"{get_column_letter(page.frozen + 1)}{header_row + 1}"
    _set_print(sheet, header_row, footer)


def put_text(cell: Any, text: str) -> None:
    """Write words as words: they never become a formula, an error value or a broken file.

    What looks like a formula also gets the mark that Excel sets for a leading apostrophe, so that it stays text when
    somebody edits the cell.
    """
    cell.value = NOT_IN_XML.sub("", text)[:LONGEST_TEXT]
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(STARTS_A_FORMULA)


def sheet_name(name: str) -> str:
    """The name as a workbook may have it."""
    return NOT_IN_SHEET_NAMES.sub(" ", name)[:LONGEST_SHEET_NAME]


def _write_head(sheet: Worksheet, page: Page, style: Style, synthetic: bool) -> int:
    """Title, the label of made-up data, sentences; the last row used."""
    row = _write_line(sheet, 1, page.title, page.columns, style.font(16, title=True, bold=True), line=24)
    sheet.cell(1, 1).alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    if synthetic:
        notice = _("Synthetic demo district: no school, family or answer here is real.")
        row = _write_line(sheet, row, notice, page.columns, style.font(10.5, bold=True, colour=OVER_INK))
    for said in page.lead:
        row = _write_line(sheet, row, said, page.columns, style.font(10.5))
    return row - 1


def _write_line(
    sheet: Worksheet, row: int, said: str, columns: Sequence[Column], font: Font, line: float = LINE_POINTS
) -> int:
    """One sentence across the whole width; the next row."""
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(columns))
    cell = sheet.cell(row, 1)
    put_text(cell, said)
    cell.font, cell.alignment = font, Alignment(vertical="center", wrap_text=True)
    room = sum(column.width for column in columns) * 10.5 / max(float(font.size), 10.5)
    sheet.row_dimensions[row].height = line * lines_needed(said, room) + 3
    return row + 1


def _write_header(sheet: Worksheet, row: int, columns: Sequence[Column], style: Style) -> None:
    for position, column in enumerate(columns, start=1):
        cell = sheet.cell(row, position)
        put_text(cell, column.header)
        cell.font, cell.border = style.font(10.5, title=True, bold=True), _rules(bottom="medium")
        cell.fill = PatternFill("solid", fgColor=HEADER_FILL)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(position)].width = column.width
    most = max(lines_needed(column.header, column.width - 2) for column in columns)
    sheet.row_dimensions[row].height = LINE_POINTS * most + 6


def _write_row(
    sheet: Worksheet, row: int, values: Sequence[Value | Over], columns: Sequence[Column], style: Style
) -> None:
    font, border = style.font(), _rules()
    for position, (value, column) in enumerate(zip(values, columns, strict=True), start=1):
        cell = sheet.cell(row, position)
        cell.font, cell.border = font, border
        _put(cell, value, column, style)
    most = max(lines_needed(v, c.width - 3) for v, c in zip(values, columns, strict=True) if isinstance(v, str) or c)
    sheet.row_dimensions[row].height = LINE_POINTS * most + 3


def _put(cell: Any, value: Value | Over, column: Column, style: Style) -> None:
    if isinstance(value, str):
        put_text(cell, value)
        side = "left" if column.format == TEXT else "right"
        cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True, indent=INDENT)
        return
    over = isinstance(value, Over)
    cell.value = value.value if isinstance(value, Over) else value
    cell.number_format = column.format + OVER_MARK if over else column.format
    cell.alignment = Alignment(horizontal="right", vertical="center")
    if over:
        cell.font = style.font(bold=True, colour=OVER_INK)
        cell.fill = PatternFill("solid", fgColor=OVER_FILL)


def _mark_limits(sheet: Worksheet, columns: Sequence[Column], first: int, last: int) -> None:
    """Conditional formats: they keep marking what is over when the clerk sorts or corrects the sheet."""
    over = {"font": Font(bold=True, color=OVER_INK), "fill": PatternFill("solid", bgColor=OVER_FILL)}
    for position, column in enumerate(columns, start=1):
        if column.limit is not None and last >= first:
            letter = get_column_letter(position)
            rule = CellIsRule(operator="greaterThan", formula=[f"{column.limit:g}"], **over)  # type: ignore[no-untyped-call]
            sheet.conditional_formatting.add(f"{letter}{first}:{letter}{last}", rule)


def _set_print(sheet: Worksheet, header_row: int, footer: str) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.print_title_rows = f"{header_row}:{header_row}"
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top, sheet.page_margins.bottom = 0.6, 0.7
    # In a footer & starts a code; a name's own is written twice.
    sheet.oddFooter.left.text = NOT_IN_XML.sub("", footer).replace("&", "&&")  # type: ignore[union-attr]
    sheet.oddFooter.right.text = _("Page &P of &N")  # type: ignore[union-attr]


def lines_needed(said: Value | Over, width: float) -> int:
    """How many lines words take in so many characters' width; a Chinese character is two wide."""
    if not isinstance(said, str):
        return 1
    lines = 0
    for line in said.split("\n"):
        wide = sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line)
        lines += max(1, -(-wide // max(int(width), 1)))
    return lines


def _rules(bottom: str = "thin") -> Border:
    thin, below = Side(style="thin", color=RULE_INK), Side(style=bottom, color=RULE_INK)  # type: ignore[arg-type]
    return Border(left=thin, right=thin, top=thin, bottom=below)
