"""A page of values → a worksheet that reads well on a screen and on A4."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from estimator.cell_words import lines_needed
from survey.workbook import pictures
from survey.workbook.book import LETTERS, Book, Row
from survey.workbook.columns import by_columns
from survey.workbook.page import TEXT, Block, Column, Link, Over, Page, Picture, Shown
from survey.workbook.styles import BODY_SIZE, HEADER_FILL, INDENT, LINK_INK, OVER_FILL, OVER_INK, Look
from survey.workbook.text import clean, header_lines, looks_like_formula, sheet_name

A4, LINE_POINTS, POINTS_A_CM = 9, 15.0, 28.35
TITLE_SIZE, HEADING_SIZE, NOTE_SIZE = 16, 12, 10
CM_A_CHARACTER = 0.19
AIR = 2  # characters of a column's width that stay free
SCALE_WITH_PICTURES = 70  # per cent: tables and pictures side by side are as wide as the paper, two below one another
OVER_MARK = ' "▲"'

HEADER = Look(title=True, bold=True, fill=HEADER_FILL, rules="medium", side="center")
TITLE = Look(title=True, bold=True, size=TITLE_SIZE, side="center")
HEADING = Look(title=True, bold=True, size=HEADING_SIZE)
WARNING = Look(bold=True, ink=OVER_INK)
SENTENCE, NOTE = Look(), Look(size=NOTE_SIZE)
CELL = Look(rules="thin")
LINKED = Look(rules="thin", ink=LINK_INK, underline=True, indent=INDENT)
LINKED_SENTENCE = Look(ink=LINK_INK, underline=True)


@dataclass(frozen=True, slots=True)
class Frame:
    """What all sheets of a workbook share: the words at their foot, and whether the data are made up."""

    footer: str
    synthetic: bool


def write_page(book: Book, page: Page, frame: Frame) -> Worksheet:
    """Add the page to the workbook as a sheet; it is named as the page is, as far as a sheet can be."""
    writing = _Writing(book, page, frame)
    sheet, _rows = book.sheet(sheet_name(page.name, book.sheet_names), writing.rows())
    for position, width in enumerate(page.widths, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    writing.finish(sheet)
    # Where several tables stand below one another, the first one's header would be wrong above the others.
    repeated = 1 if page.blocks else writing.header
    sheet.freeze_panes = "A2" if page.blocks else f"{get_column_letter(page.frozen + 1)}{repeated + 1}"
    if page.rows and not page.blocks:
        sheet.auto_filter.ref = (
            f"A{writing.header}:{get_column_letter(len(page.columns))}{writing.header + len(page.rows)}"
        )
    _set_print(sheet, repeated, frame.footer, fits=not page.beside)
    return sheet


class _Writing:
    """One page on its way into a sheet: its rows in order, and what is known of them only when they are written."""

    def __init__(self, book: Book, page: Page, frame: Frame):
        self.book, self.page, self.frame = book, page, frame
        self.row, self.header = 0, 0
        self.merged: list[str] = []
        self.breaks: list[int] = []
        self.links: list[tuple[str, Link]] = []
        self.limits: list[tuple[str, float]] = []
        self.pictures: list[tuple[Picture, int, int]] = []  # with the header's row, and how many rows are below it

    def rows(self) -> Iterator[Row]:
        """Every row of the sheet."""
        page = self.page
        yield self._line(page.title, TITLE, line=24)
        if self.frame.synthetic:
            yield self._line(_("Synthetic demo district: no school, family or answer here is real."), WARNING)
        for said in page.lead:
            if isinstance(said, Link):
                self.links.append((f"A{self.row + 1}", said))
                yield self._line(said.words, LINKED_SENTENCE)
            else:
                yield self._line(said, SENTENCE)
        yield from self._table(page.columns, page.rows)
        for block in page.blocks:
            yield from self._block(block)
        signatures = _("Prepared by: ____________    Checked by: ____________    Seal: ____________")
        for said in (*page.notes, "", signatures):
            yield self._line(said, NOTE)

    def finish(self, sheet: Worksheet) -> None:
        """Merge, mark, link and draw what the rows left to do."""
        # openpyxl keeps them in a set, and would write them in another order each time.
        sheet.merged_cells = list(self.merged)  # type: ignore[assignment]
        for row in self.breaks:
            sheet.row_breaks.append(Break(id=row))
        for place, link in self.links:
            # openpyxl writes the links of cells that it knows; their words are written as all others are.
            sheet[place].hyperlink = Hyperlink(
                ref=place, location=f"{quote_sheetname(link.sheet)}!A1", display=clean(link.words)
            )
        _mark_limits(sheet, self.limits)
        width = sum(self.page.beside[1:]) * CM_A_CHARACTER
        font = self.book.looks.font_name(title=True)
        for picture, header, rows in self.pictures:
            chart = pictures.draw(sheet, picture, header, rows, width, font)
            sheet.add_chart(chart, f"{get_column_letter(len(self.page.columns) + 2)}{header}")

    def _block(self, block: Block) -> Iterator[Row]:
        yield self._line("", NOTE)
        if block.new_page:
            self.breaks.append(self.row)
        yield self._line(block.heading, HEADING, line=18)
        if block.lead:
            yield self._line(block.lead, SENTENCE)
        header, used = self.row + 1, 0.0
        for height, cells in self._table(block.columns, block.rows):
            used += height or LINE_POINTS
            yield height, cells
        if block.picture and pictures.has_bars(block.picture, block.rows):
            self.pictures.append((block.picture, header, len(block.rows)))
            while used < pictures.HEIGHT_CM * POINTS_A_CM:
                self.row, used = self.row + 1, used + LINE_POINTS
                yield LINE_POINTS, ()

    def _line(self, said: str, look: Look, line: float = LINE_POINTS) -> Row:
        """One sentence across the whole width."""
        self.row += 1
        widths = self.page.widths
        if len(widths) > 1:
            self.merged.append(f"A{self.row}:{get_column_letter(len(widths))}{self.row}")
        room = sum(widths) * BODY_SIZE / max(look.size, BODY_SIZE)
        return line * lines_needed(said, int(room)) + 3, (_text(self.book, "A", said, look),)

    def _table(self, columns: Sequence[Column], rows: Sequence[tuple[Shown, ...]]) -> Iterator[Row]:
        self.row += 1
        self.header = self.header or self.row
        widths = self.page.widths
        rooms = [int(width - AIR) for _column, width in zip(columns, widths, strict=False)]
        heads = [header_lines(column.header, room) for column, room in zip(columns, rooms, strict=True)]
        most = max(map(lines_needed, heads, rooms))
        yield LINE_POINTS * most + 6, [_text(self.book, *head, HEADER) for head in zip(LETTERS, heads, strict=False)]
        first = self.row + 1
        filled = [_Cells(self.book, *each) for each in zip(LETTERS, columns, rooms, strict=False)]
        for some in by_columns(rows):
            made = [list(map(cells.__getitem__, held)) for cells, held in zip(filled, some, strict=True)]
            lines = zip(
                *(map(cells.lines.__getitem__, held) for cells, held in zip(filled, some, strict=True)), strict=True
            )
            for cells, held in zip(filled, some, strict=True):
                self.links += cells.links_among(held, self.row + 1)
            self.row += len(some[0])
            heights = [LINE_POINTS * most + 3 for most in map(max, lines)]
            yield from zip(heights, zip(*made, strict=True), strict=True)
        for place, column in enumerate(columns, start=1):
            if column.limit is not None and rows:
                letter = get_column_letter(place)
                self.limits.append((f"{letter}{first}:{letter}{self.row}", column.limit))


class _Cells(dict[Shown, str]):
    """The cells of one column as XML, each made once; `lines` are how many it needs."""

    def __init__(self, book: Book, letter: str, column: Column, room: int):
        super().__init__()
        self.lines: dict[Shown, int] = {}
        self._has_links = False
        self._book, self._letter, self._room = book, letter, room - INDENT
        self._words = replace(CELL, side="left" if column.format == TEXT else "right", indent=INDENT, format=TEXT)
        self._number = replace(CELL, side="right", format=column.format, wrap=False)
        self._over = replace(self._number, format=column.format + OVER_MARK, bold=True, ink=OVER_INK, fill=OVER_FILL)

    def __missing__(self, value: Shown) -> str:
        if isinstance(value, str | Link):
            said, look = (value, self._words) if isinstance(value, str) else (value.words, LINKED)
            self._has_links = self._has_links or isinstance(value, Link)
            made, self.lines[value] = _text(self._book, self._letter, said, look), lines_needed(said, self._room)
        else:
            number, look = (value.value, self._over) if isinstance(value, Over) else (value, self._number)
            made, self.lines[value] = self._book.cell(self._letter, self._book.looks.number(look), number), 1
        self[value] = made
        return made

    def links_among(self, held: Sequence[Shown], first: int) -> list[tuple[str, Link]]:
        """The links that stand in this column's rows from the first on, each with its place."""
        if not self._has_links:
            return []
        return [(f"{self._letter}{row}", v) for row, v in enumerate(held, start=first) if isinstance(v, Link)]


def _text(book: Book, letter: str, said: str, look: Look) -> str:
    return book.cell(letter, book.looks.number(replace(look, quoted=looks_like_formula(said))), said)


def _mark_limits(sheet: Worksheet, limits: Sequence[tuple[str, float]]) -> None:
    """Conditional formats: they keep marking what is over when the clerk sorts or corrects the sheet."""
    over = {"font": Font(bold=True, color=OVER_INK), "fill": PatternFill("solid", bgColor=OVER_FILL)}
    for cells, limit in limits:
        rule = CellIsRule(operator="greaterThan", formula=[f"{limit:g}"], **over)  # type: ignore[no-untyped-call]
        sheet.conditional_formatting.add(cells, rule)


def _set_print(sheet: Worksheet, repeated: int, footer: str, *, fits: bool) -> None:
    """Landscape A4, one row repeated on each page. Where breaks were set it is not shrunk to fit, or they would not count."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = fits  # type: ignore[union-attr]
    sheet.page_setup.scale = None if fits else SCALE_WITH_PICTURES
    sheet.print_title_rows = f"{repeated}:{repeated}"
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top, sheet.page_margins.bottom = 0.6, 0.7
    # In a footer & starts a code; a name's own is written twice.
    sheet.oddFooter.left.text = clean(footer).replace("&", "&&")  # type: ignore[union-attr]
    sheet.oddFooter.right.text = _("Page &P of &N")  # type: ignore[union-attr]
